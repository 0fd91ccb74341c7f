import { expect, test } from "@jest/globals";
import { deferStyles } from "./deferred-styles.js";

test.each([
  [
    "a line",
    `<div style="top:4px;height:20px;" class="view-line">`,
    `<div data-style="top:4px;height:20px;" class="view-line">`,
  ],
  ["an attribute in the middle", `<span class="a" style='left:1px'>`, `<span class="a" data-style='left:1px'>`],
  ["two elements", `<i style="a"></i><b style="b"></b>`, `<i data-style="a"></i><b data-style="b"></b>`],
  ["text that looks like an attribute", `<span>x style="y"</span>`, `<span>x style="y"</span>`],
  ["an escaped element in the text", `<span>&lt;a style="y"&gt;</span>`, `<span>&lt;a style="y"&gt;</span>`],
  ["no style", `<span class="mtk1">x</span>`, `<span class="mtk1">x</span>`],
])("the styles of HTML are deferred: %s", (_case, html, deferred) => {
  expect(deferStyles(html)).toBe(deferred);
});
