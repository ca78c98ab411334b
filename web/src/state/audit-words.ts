// What an open audit says of the others: in a toast, by a signal, by a notification. Used by state/audit.svelte.ts.
import type { Status } from '../domain/status';
import type { Told } from '../domain/told';
import { t } from '../i18n';
import type { App } from './app.svelte';
import type { AuditState } from './audit.svelte';
import type { ChatHost } from './chat.svelte';
import type { OthersHost } from './others.svelte';

/** As much of a message as a line has room for. */
const GLIMPSE = 90;

const became = (status: Status | undefined) => (status === undefined ? t.comment : t.status[status]);

function wordsOf(told: Told): string {
  switch (told.kind) {
    case 'one':
      return t.together.one(told.name, told.module, became(told.status));
    case 'same':
      return t.together.same(told.name, told.count, became(told.status));
    case 'some':
      return t.together.some(told.name, told.count);
    case 'many':
      return t.together.many(told.people, told.count);
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
    told: (told, last) => {
      app.signals.play('change');
      app.toasts.show({
        text: wordsOf(told),
        action: {
          label: t.together.show,
          run: () => {
            audit.view.show(last);
          },
        },
      });
    },
  };
}

export function chatHost(app: App, audit: AuditState): ChatHost {
  return {
    read: (after, limit) => app.api.notes(audit.token, after, limit),
    keep: (op) => app.marks.keep(audit.token, [op]),
    author: () => app.access.author,
    names: () => audit.others.everybody.map((one) => one.technician_name),
    moduleOf: (id) => (audit.cell(id) ?? audit.cell(id.toUpperCase()))?.id ?? null,
    now: () => Date.now(),
    news: ({ technician_name, text }, meant) => {
      const glimpse = text.length > GLIMPSE ? `${text.slice(0, GLIMPSE)}…` : text;
      app.signals.play(meant ? 'mention' : 'change');
      if (meant) void app.signals.notify(technician_name, text, linkTo(audit));
      if (audit.chat.shown) return;
      app.toasts.show({
        text: t.together.wrote(technician_name, glimpse),
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

/** Somebody marked what was marked here, and neither had seen the other's. */
export function conflictTold(app: App, audit: AuditState, module: string, name: string): void {
  const text = t.together.conflict(name, module);
  app.signals.play('mention');
  void app.signals.notify(t.together.conflictTitle, text, linkTo(audit));
  app.toasts.show({
    text,
    action: {
      label: t.together.show,
      run: () => {
        audit.visit(module);
      },
    },
  });
}
