// A hub that was taken back to a backup: what the crew saw is the order, also when all of it is pushed again.
import { DEMO, expect, test, type Tablet } from './fixtures';
import type { Hub } from './hub';

/** The statuses that a module was given, as the hub's log has them. */
async function history(hub: Hub, id: string): Promise<string[]> {
  const { entries } = (await hub.api('GET', `/audits/${DEMO}/modules/${id}/history`)) as {
    entries: { status: string }[];
  };
  return entries.map((entry) => entry.status).sort();
}

/** M001 is dead, as both have seen; gives the backup of before. */
async function marksDead(hub: Hub, lea: Tablet, marc: Tablet): Promise<string> {
  await lea.openAudit('Léa');
  await marc.openAudit('Marc');
  const before = await hub.backup();
  await lea.mark('M001', 'dead');
  await lea.allSent();
  await marc.sees('M001', 'dead');
  return before;
}

/** Both marks are in the log again, the later one shows, and nobody is asked who is right. */
async function isOk(hub: Hub, tablets: Tablet[]): Promise<void> {
  await expect.poll(() => history(hub, 'M001')).toEqual(['dead', 'ok']);
  expect((await hub.modules()).get('M001')).toMatchObject({ status: 'ok', conflict: false });
  for (const one of tablets) {
    await one.reach('yes');
    await one.sees('M001', 'ok');
    await expect(one.cell('M001')).not.toHaveAttribute('data-conflict');
  }
}

test('what a tablet marked out of reach stands over what it marked before, also on a hub that was taken back', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  const marc = await tablet();
  const before = await marksDead(hub, lea, marc);
  await hub.kill();
  await lea.reach('no');
  await lea.mark('M001', 'ok');
  await expect(lea.page.getByTestId('waiting')).toContainText('1');
  await hub.restore(before);
  await lea.reach('yes');
  await lea.allSent();
  await isOk(hub, [lea, marc]);
});

test('a mark of a tablet that is ahead stays below what corrected it, in whichever order both are pushed again', async ({
  tablet,
  hub,
}) => {
  const lea = await tablet();
  await lea.clockAhead(30_000);
  const marc = await tablet();
  const before = await marksDead(hub, lea, marc);
  await marc.mark('M001', 'ok');
  await marc.allSent();
  await lea.sees('M001', 'ok');
  // Hers comes last.
  await lea.context.setOffline(true);
  await hub.restore(before);
  await expect.poll(() => history(hub, 'M001')).toEqual(['ok']);
  await lea.context.setOffline(false);
  await isOk(hub, [lea, marc]);
});
