import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** A part of the page, in pixels from its top left corner. */
export interface PagePart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The workbench as a person meets it: what to press and where to look. */
export class Workbench {
  readonly page: Page;
  readonly workspace: string;
  readonly #origin: string;
  readonly #screenshots: string;

  constructor(page: Page, origin: string, workspace: string, screenshots: string) {
    this.page = page;
    this.workspace = workspace;
    this.#origin = origin;
    this.#screenshots = screenshots;
    page.setDefaultTimeout(30_000);
  }

  /** Opens the workspace folder and waits until the workbench is there. */
  async open(): Promise<void> {
    await this.page.goto(`${this.#origin}/?folder=${encodeURIComponent(this.workspace)}`);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.getByRole('treeitem').first().waitFor();
    await this.page.getByRole('tab', { name: 'SSD' }).first().waitFor();
    const secondSideBar = this.page.locator('.part.auxiliarybar');
    if (await secondSideBar.isVisible()) await this.page.keyboard.press('Control+Alt+B');
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.#openQuickInput('Control+P');
    await this.quickInput.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab[data-resource-name="${path.basename(name)}"]`).waitFor();
    await this.page.locator('.editor-instance .view-lines').first().waitFor();
  }

  /** Writes a file of the workspace from outside, as another program would. */
  async writeFile(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.workspace, name), text);
  }

  /** Runs a command of the palette by its full title, such as "SSD: Start Sandbox". */
  async runCommand(title: string): Promise<void> {
    // The palette lists the commands that were known when it opened, so it is opened again until ours is among them.
    for (let attempt = 1; ; attempt += 1) {
      await this.#openQuickInput('F1');
      await this.quickInput.fill(`>${title}`);
      const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
      try {
        await row.waitFor({ timeout: 5_000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.page.keyboard.press('Enter');
  }

  /** Presses a key that opens the quick input. A web view that has just been shown can swallow it, so it is tried again. */
  async #openQuickInput(key: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput.waitFor({ state: 'visible', timeout: 3_000 });
        return;
      } catch (error) {
        if (attempt === 8) throw error;
        // Takes the keyboard out of the web view's frame and gives it back to the workbench.
        await this.page.evaluate('document.activeElement?.blur?.()');
      }
    }
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input').first();
  }

  /** A row of the open quick pick. */
  pick(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Answers the open question of that title. */
  async answer(title: string, text: string): Promise<void> {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The rows of the Problems panel. */
  get problems(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** A notification that says the given text. */
  notification(text: string | RegExp): Locator {
    return this.page
      .locator('.notification-toast, .notifications-list-container .monaco-list-row', { hasText: text })
      .first();
  }

  /** Closes every notification that is shown. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  }

  /** The heading of the report that is shown. */
  report(heading: string | RegExp): Locator {
    return this.page
      .frameLocator('iframe.webview.ready')
      .frameLocator('iframe#active-frame')
      .getByRole('heading', { name: heading })
      .first();
  }

  /** The nth child in the Changes view. */
  child(index: number): Locator {
    return this.page.getByRole('treeitem', { name: /^Child / }).nth(index);
  }

  /**
   * Keeps a picture of the page in out/screenshots, and with `part` also one of that part of the page, in pixels, in
   * out/screenshots/parts, for the walkthrough and the README.
   */
  async screenshot(name: string, part?: PagePart): Promise<void> {
    await this.page.screenshot({ path: path.join(this.#screenshots, `${name}.png`) });
    if (part) await this.page.screenshot({ path: path.join(this.#screenshots, 'parts', `${name}.png`), clip: part });
  }
}
