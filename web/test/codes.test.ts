// What the hub answers has a text in each language for each code that the hub has (docs/openapi.json is made from its enums), and
// what has none is told in the hub's words, marked as such.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { speak } from '../src/i18n';
import { answerText, parkedText, refusalText } from '../src/i18n/hub';
import type { HubTexts } from '../src/i18n/hub/fr';
import { messages as english } from '../src/i18n/lang/en';
import { messages as french } from '../src/i18n/lang/fr';
import { later as laterEnglish } from '../src/i18n/later/en';
import { later as laterFrench } from '../src/i18n/later/fr';
import type { LeadTexts } from '../src/i18n/lead/fr';
import type { PanelTexts } from '../src/i18n/panel/fr';
import { ApiError } from '../src/net/call';
import { plain, readAnswers } from '../src/state/plain';

interface Schema {
  enum?: (string | null)[];
  properties?: Record<string, Schema>;
  items?: Schema;
}
const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  components: { schemas: Record<string, Schema> };
};
const { ErrorCode, FailedBackupInfo, FileProblem, HubInfo, OpResult, ParkedInfo, UpstreamInfo } =
  document.components.schemas;
const words = (schema: Schema | undefined) => {
  const all = (schema?.enum ?? []).filter((word) => word !== null).sort();
  assert.ok(all.length >= 5, 'the document names the codes');
  return all;
};

for (const file of readdirSync(new URL('../src/i18n/lang', import.meta.url))) {
  test(`every code of the hub has a text in ${file}`, async () => {
    const { hub } = (await import(`../src/i18n/hub/${file}`)) as { hub: HubTexts };
    const { panel } = (await import(`../src/i18n/panel/${file}`)) as { panel: PanelTexts };
    const { lead } = (await import(`../src/i18n/lead/${file}`)) as { lead: LeadTexts };
    for (const [texts, schema] of [
      [hub.errors, ErrorCode],
      [hub.refusals, OpResult?.properties?.['code']],
      [panel.parkedReasons, ParkedInfo?.properties?.['reason_code']],
      [hub.notices, HubInfo?.properties?.['notice_codes']?.items],
      [hub.file, FileProblem?.properties?.['problem']],
      [lead.backups.problems, FailedBackupInfo?.properties?.['problem']],
      [panel.reasons, UpstreamInfo?.properties?.['reason_code']],
    ] as const) {
      assert.deepEqual(Object.keys(texts).sort(), words(schema));
      for (const text of Object.values(texts)) assert.match(text, /\S/);
    }
  });
}

test('an answer is told by its code, with the place in a file, and in the hub’s words where these are all there is', async () => {
  await readAnswers();
  const refused = (code: string | null, file: ApiError['file'] = null) =>
    plain(new ApiError(400, 'it broke', code, null, file));
  speak('fr', french, laterFrench);
  assert.equal(refused('wrong_code'), 'ce code n’est pas le bon.');
  assert.equal(
    refused('bad_field', { problem: 'quote_open', line: 12 }),
    'ligne 12 : un guillemet s’ouvre ici et avale d’autres lignes : enlevez-le.',
  );
  assert.equal(
    refused('bad_field', { problem: 'bad_status', line: 3, column: 'status' }),
    'ligne 3, colonne status : cet état n’existe pas. (mots du hub : « it broke »)',
  );
  for (const code of [null, 'of_a_later_hub', 'constructor']) {
    assert.equal(refused(code), 'le hub a refusé. (mots du hub : « it broke »)');
  }
  speak('en', english, laterEnglish);
  assert.equal(answerText(new ApiError(403, 'x', 'forbidden')), 'your role does not allow this.');
  // Of one operation, and of one module at a cloud; what a tablet kept of an older hub has no code.
  assert.equal(refusalText('kind: only a lead', 'lead_only'), 'only the crew lead may change this.');
  assert.equal(refusalText('x', 'too_large'), 'it is too large.');
  assert.equal(refusalText('x', undefined), 'the hub refused. (the hub’s words: “x”)');
  assert.equal(refusalText('', 'constructor'), 'the hub refused.');
  const hidden = 'a lead has hidden this module: it is sent when it is shown again.';
  assert.equal(parkedText('a lead has hidden', 'hidden'), hidden);
  assert.match(parkedText('the cloud answered 422: no', 'refused'), /as it is\. \(.*answered 422: no”\)$/);
  assert.equal(parkedText('422', null), '(the hub’s words: “422”)');
  speak('fr', french, laterFrench);
});
