// The content security policy that the hub sends, on every screen: what breaks it is a console error, and with
// that a failure, in every other test as well. Here it is made sure that there is one.
import { expect, test } from './fixtures';

test('the page brings no inline script or style, and could not', async ({ tablet, hub }) => {
  const lea = await tablet();
  const answer = await lea.page.goto(hub.url);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  await expect(lea.page.getByLabel('Code de l’équipe')).toBeVisible();

  // Of each the browser says that it broke the policy.
  lea.expects(/Content Security Policy/);
  const refused = await lea.page.evaluate(async () => {
    const told: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => told.push(event.effectiveDirective));
    document.body.setAttribute('style', 'color: red');
    const script = document.createElement('script');
    script.textContent = 'window.hurt = true';
    document.body.append(script);
    const image = document.createElement('img');
    image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    await new Promise((done) => (image.onerror = done));
    return { told, hurt: (window as { hurt?: boolean }).hurt === true };
  });
  expect(refused.told.sort()).toEqual(['img-src', 'script-src-elem', 'style-src-attr']);
  expect(refused.hurt).toBe(false);
});
