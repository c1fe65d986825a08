/** What we use of selenium-webdriver, which brings no types. */
declare module "selenium-webdriver" {
  interface Element {
    click(): Promise<void>;
    sendKeys(text: string): Promise<void>;
  }
  interface Place {
    x: number;
    y: number;
    origin?: string;
    duration?: number;
  }
  interface Actions {
    move(to: Place): Actions;
    press(): Actions;
    release(): Actions;
    keyDown(key: string): Actions;
    keyUp(key: string): Actions;
    sendKeys(...keys: string[]): Actions;
    perform(): Promise<void>;
  }
  export interface WebDriver {
    manage(): {
      window(): { setRect(size: { width: number; height: number }): Promise<unknown> };
      setTimeouts(limits: { script?: number; pageLoad?: number }): Promise<void>;
    };
    get(address: string): Promise<void>;
    executeScript<Result>(script: string, ...given: unknown[]): Promise<Result>;
    executeAsyncScript<Result>(script: string, ...given: unknown[]): Promise<Result>;
    actions(options?: { async: boolean }): Actions;
    findElement(by: unknown): Element;
    getPageSource(): Promise<string>;
    takeScreenshot(): Promise<string>;
    quit(): Promise<void>;
  }
  export class Builder {
    usingServer(address: string): Builder;
    withCapabilities(capabilities: Capabilities): Builder;
    build(): Promise<WebDriver>;
  }
  export class Capabilities {
    constructor(values: object);
  }
  export const By: { css(selector: string): unknown };
  export const Key: Record<
    | "ARROW_UP"
    | "ALT"
    | "ARROW_DOWN"
    | "ARROW_LEFT"
    | "ARROW_RIGHT"
    | "ENTER"
    | "ESCAPE"
    | "HOME"
    | "END"
    | "PAGE_UP"
    | "PAGE_DOWN"
    | "DELETE"
    | "TAB"
    | "SHIFT"
    | "CONTROL",
    string
  >;
  export const Origin: { VIEWPORT: string };
}
