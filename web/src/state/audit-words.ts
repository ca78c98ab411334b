// What an open audit says of the others: in a toast, by a signal, by a notification. Used by state/audit.svelte.ts.
import { spellings } from '../domain/filter';
import type { Status } from '../domain/status';
import type { Announcement } from '../domain/announcements';
import { cut } from '../domain/text';
import { t } from '../i18n';
import type { App } from './app.svelte';
import type { AuditState } from './audit.svelte';
import type { ChatHost } from './chat.svelte';
import type { OthersHost } from './others.svelte';

/** As much of a message as a line has room for. */
const GLIMPSE = 90;

const became = (status: Status | undefined) => (status === undefined ? t.comment : t.status[status]);

function wordsOf(announcement: Announcement, me: string): string {
  switch (announcement.kind) {
    case 'one':
      return t.together.one(announcement.name, announcement.module, became(announcement.status));
    case 'same':
      return t.together.same(announcement.name, announcement.count, became(announcement.status));
    case 'some':
      return t.together.some(announcement.name, announcement.count);
    case 'many':
      return t.together.many(announcement.people, announcement.count);
    case 'conflict':
      return announcement.by === me
        ? t.together.conflictOwn(announcement.module, became(announcement.shows))
        : t.together.conflict(announcement.name, announcement.module, became(announcement.shows));
    case 'contested':
      return t.together.conflictOthers(announcement.module, became(announcement.status), announcement.name);
    case 'conflicts':
      return t.together.conflicts(announcement.count);
  }
}

const linkTo = (audit: AuditState) => `/#/audit/${encodeURIComponent(audit.token)}`;

export function othersHost(app: App, audit: AuditState): OthersHost {
  return {
    inReach: () => app.reach === 'yes' && app.settings.sync,
    me: () => app.access.author.technician_id,
    inView: (id) => {
      const row = audit.cell(id)?.row;
      return audit.view.tab === null || row?.number === audit.view.tab;
    },
    show: (id) => {
      audit.view.show(id);
    },
    go: (string) => {
      audit.view.go(string);
    },
    stringOf: (id) => audit.cell(id)?.row.number ?? null,
    announce: (announcement, last) => {
      const text = wordsOf(announcement, app.access.author.technician_id);
      const conflict = announcement.kind === 'conflict' || announcement.kind === 'conflicts';
      app.signals.play(conflict ? 'mention' : 'change');
      if (conflict) void app.signals.notify(t.together.conflictTitle, text, linkTo(audit), text);
      const run = () => {
        if (announcement.kind === 'conflict' || announcement.kind === 'contested')
          audit.visit(announcement.module);
        else if (announcement.kind === 'conflicts') audit.view.conflicts();
        else audit.view.show(last);
      };
      app.toasts.show({ text, passing: !conflict, action: { label: t.together.show, run } });
    },
  };
}

export function chatHost(app: App, audit: AuditState): ChatHost {
  return {
    read: (after, limit) => app.api.notes(audit.token, after, limit),
    keep: (op) => app.marks.keep(audit.token, [op]),
    author: () => app.access.author,
    names: () => audit.others.everybody.map((one) => one.technician_name),
    moduleOf: (id) => spellings(id).find((one) => audit.cell(one)) ?? null,
    now: () => Date.now(),
    localTime: (hubMs) => app.localTime(hubMs),
    news: ({ id, technician_name, text }, meant) => {
      const glimpse = text.length > GLIMPSE ? `${cut(text, GLIMPSE)}…` : text;
      app.signals.play(meant ? 'mention' : 'change');
      if (meant) void app.signals.notify(technician_name, text, linkTo(audit), id);
      const wrote = t.together.wrote(technician_name, glimpse);
      if (audit.chat.shown) {
        app.say(wrote);
        return;
      }
      app.toasts.show({
        text: wrote,
        written: true,
        action: {
          label: t.together.open,
          run: () => {
            audit.chat.open();
          },
        },
      });
    },
  };
}
