// What a hub knows beside marks, read past the page; and the ways to it on the page. Used by the specs of properties.
import type { Locator } from '@playwright/test';
import { DEMO, expect, type Tablet } from './fixtures';
import type { Hub } from './hub';

interface Known {
  properties?: Record<string, string>;
  property_conflicts?: string[];
}

interface AuditOfHub extends Known {
  modules: (Known & { module_id: string; status: string })[];
  strings_properties?: Record<string, Known>;
}

const auditOf = async (hub: Hub, token = DEMO) => (await hub.api('GET', `/audits/${token}`)) as AuditOfHub;

/** Of a module. */
export async function knownOf(hub: Hub, id: string): Promise<Known> {
  const found = (await auditOf(hub)).modules.find(({ module_id }) => module_id === id);
  const { properties, property_conflicts } = found ?? {};
  return { ...(properties && { properties }), ...(property_conflicts && { property_conflicts }) };
}

export const ofString = async (hub: Hub, number: number): Promise<Record<string, string>> =>
  (await auditOf(hub)).strings_properties?.[String(number)]?.properties ?? {};

export const ofAudit = async (hub: Hub, token = DEMO): Promise<Record<string, string>> =>
  (await auditOf(hub, token)).properties ?? {};

export const severityOf = async (hub: Hub, id: string): Promise<string | undefined> =>
  (await knownOf(hub, id)).properties?.['severity'];

/** In the tray after a mark, and in the sheet. */
export const grade = (within: Locator, key: string): Locator => within.locator(`[data-grade="${key}"]`);

/** The letter on a cell. */
export const letter = (tablet: Tablet, id: string): Locator => tablet.cell(id).locator('.grade');

export async function openSheet(tablet: Tablet, id: string): Promise<Locator> {
  const sheet = tablet.page.getByTestId('sheet');
  await tablet.tap(tablet.cell(id), sheet);
  await expect(sheet.getByRole('heading', { level: 2 })).toHaveText(id);
  return sheet;
}

export async function closeSheet(tablet: Tablet): Promise<void> {
  await tablet.page.keyboard.press('Escape');
  await expect(tablet.page.getByTestId('sheet')).toHaveCount(0);
}

/** A defect, and how severe it is, by the tray after it. */
export async function findDefect(
  tablet: Tablet,
  id: string,
  status: string,
  severity: string,
): Promise<void> {
  await tablet.mark(id, status);
  const tray = tablet.page.getByTestId('tray');
  await tablet.tap(grade(tray, severity), tablet.cell(id).locator('.grade'));
  await expect(letter(tablet, id)).toHaveText(severity);
}

/** A v3.3 tablet marks. */
export async function markByV33(hub: Hub, id: string, status: string): Promise<void> {
  await hub.api('PUT', `/audits/${DEMO}/open-v33`, { open: true });
  const response = await fetch(`http://127.0.0.1:${String(hub.port)}/api/audit/${DEMO}/module/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ technicianId: 'tech_v33', technicianName: 'Vieux', status }),
  });
  expect(response.status).toBe(200);
}
