/** For every file of tests: the page's tabs are closed after each test, and none may have complained. */
import { afterAll, afterEach, expect } from "vitest";
import { closeTabs, leave } from "./tabs";

afterEach(async () => {
  expect(await closeTabs()).toEqual([]);
});
afterAll(leave);
