// The camera in the page, which browsers give over HTTPS alone: by the fake camera of the browser, and where there is none.
import { serious } from './axe';
import { DEMO, type Tablet } from './fixtures';
import { photosKept } from './pictures';
import { expect, test, type Hub, type SecureTablet } from './secure';

const FAKE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

async function atModule(secure: SecureTablet, hub: Hub, args: string[]): Promise<Tablet> {
  await secure.trustCa();
  const lea = await secure.open(args);
  await lea.page.goto(`${hub.secureUrl}#/join/${await hub.code()}`);
  await lea.page.getByRole('textbox').fill('Léa');
  await lea.page.getByRole('textbox').press('Enter');
  await lea.page.getByTestId(`audit-${DEMO}`).click();
  await lea.cell('M050').click();
  await expect(lea.page.getByTestId('photo-camera')).toBeEnabled();
  return lea;
}

test('over HTTPS the camera is in the page, with a shutter for gloves, and each shot is kept and sent', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await atModule(secureTablet, hub, FAKE);
  const finder = lea.page.getByTestId('viewfinder');
  await lea.tap(lea.page.getByTestId('photo-camera'), finder);
  const shutter = lea.page.getByTestId('shutter');
  await expect(shutter).toBeEnabled();
  const box = await shutter.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(96);
  expect(await serious(lea.page)).toEqual([]);
  for (const count of ['1', '2']) {
    await shutter.click();
    await expect(lea.page.getByTestId('viewfinder-taken')).toHaveAttribute('data-taken', count);
  }
  // Nothing looks on any more once it is closed.
  await finder.getByRole('button', { name: 'Fermer' }).click();
  await expect(finder).toHaveCount(0);
  await expect(lea.page.getByTestId('photo-strip').locator('[data-photo]')).toHaveCount(2);
  await expect.poll(async () => (await photosKept(lea.page)).join(), { timeout: 30_000 }).toBe('sent,sent');
  const { photos } = (await hub.api('GET', `/audits/${DEMO}/photos`)) as {
    photos: { at: unknown; variants: { class: string; type: string; width?: number }[] }[];
  };
  for (const { at, variants } of photos) {
    expect(at).toEqual({ module_id: 'M050' });
    const original = variants.find((one) => one.class === 'original');
    expect(original).toMatchObject({ type: 'image/jpeg' });
    expect(original?.width).toBeGreaterThanOrEqual(640);
  }
});

test('where the camera does not open in the page, it says so and offers that of the tablet', async ({
  secureHub: hub,
  secureTablet,
}) => {
  const lea = await atModule(secureTablet, hub, []);
  const finder = lea.page.getByTestId('viewfinder');
  await lea.tap(lea.page.getByTestId('photo-camera'), finder);
  await expect(finder.getByRole('alert')).toContainText('ne s’ouvre pas');
  await expect(lea.page.getByTestId('shutter')).toBeDisabled();
  const chooser = lea.page.waitForEvent('filechooser');
  await finder.getByRole('button', { name: 'L’appareil photo de la tablette' }).click();
  await chooser;
  await expect(finder).toHaveCount(0);
});
