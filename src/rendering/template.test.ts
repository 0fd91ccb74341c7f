import { describe, expect, test } from "@jest/globals";
import { renderManifest } from "./manifest.js";
import { RenderingError } from "./rendering-error.js";
import { compileTemplate, type LanguageName } from "./template.js";

const render = (source: string, view: unknown, language: LanguageName = "TEXT"): string =>
  compileTemplate({ name: "t", language, source }).render(view);

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RenderingError) return error.message;
    throw error;
  }
  return "no error";
}

describe("the language of templates", () => {
  const view = {
    name: "a",
    on: true,
    off: false,
    zero: 0,
    none: null,
    list: [{ x: 1 }, { x: 2 }],
    empty: [],
    map: { k: "v" },
  };
  test.each([
    ["{{name}}-{{list.0.x}}", "a-1"],
    [
      "{{#if on}}yes{{else}}no{{/if}}{{#if zero}}yes{{else}}no{{/if}}{{#if empty}}yes{{else if on}}else{{/if}}",
      "yesnoelse",
    ],
    ["{{#unless none}}none{{/unless}}", "none"],
    ["{{#each list}}{{@index}}:{{x}}{{#unless @last}},{{/unless}}{{/each}}", "0:1,1:2"],
    [
      "{{#each list as |item nth|}}{{#each ../list}}{{nth}}{{item.x}}{{x}}{{@../index}} {{/each}}{{/each}}",
      "0110 0120 1211 1221 ",
    ],
    ["{{#each map}}{{@key}}={{this}}{{/each}}{{#each empty}}x{{else}}nothing{{/each}}", "k=vnothing"],
    ["{{#with map}}{{k}}{{../name}}{{@root.name}}{{#if @root.on}}{{./k}}{{/if}}{{/with}}", "vaav"],
    ['{{#with (find list "x" 2) as |found|}}{{found.x}}{{/with}}{{#with (find list "x" 3)}}x{{else}}-{{/with}}', "2-"],
    ['{{text name 1 "b"}} {{json map}} {{base64 "ü"}} {{#if (is name "a")}}same{{/if}}', 'a1b {"k":"v"} w7w= same'],
    ["{{! gone }}a\n{{#if on}}\nb\n{{/if}}\nc", "a\nb\nc"],
    ["\\{{name}}", "{{name}}"],
  ])("%j", (source, output) => {
    expect(render(source, view)).toBe(output);
  });
});

describe("a mistake in a template is told with its place", () => {
  test.each<[string, LanguageName, string, string]>([
    ["a value that is not escaped", "TEXT", "a\n b {{{x}}}", "t:2:4: Values are always written safely"],
    ["the other way to say so", "YAML", "a: {{&x}}", "t:1:4: Values are always written safely"],
    ["whitespace control", "YAML", "a: {{~x}}", "t:1:4: Whitespace control"],
    ["whitespace control on a block", "TEXT", "{{#if x~}}{{/if}}", "t:1:1: Whitespace control"],
    ["a partial", "TEXT", "{{> x}}", "t:1:1: Partials"],
    ["a decorator", "TEXT", "\n{{* x}}", "t:2:1: Partials"],
    ["an unknown block", "TEXT", "{{#lookup x}}{{/lookup}}", "t:1:1: There is no block {{#lookup}}"],
    ["an unknown function", "TEXT", '{{lookup x "y"}}', 't:1:1: There is no function "lookup"'],
    ["an unknown function inside", "TEXT", "{{#if (or x y)}}{{/if}}", 't:1:7: There is no function "or"'],
    ["named values", "TEXT", "{{text x y=1}}", "t:1:1: Named values"],
    ["two values for a block", "TEXT", "{{#each x y}}{{/each}}", "t:1:1: {{#each}} takes exactly one"],
    ["unknown data", "TEXT", "{{@secret}}", "t:1:3: There is no @secret"],
    ["a block that does not end", "TEXT", "a\n{{#if x}}", "t:2:"],
    ["a block that ends as another", "TEXT", "a\n{{#if x}}\n{{/each}}", "t:2:4: if doesn't match each"],
    ["half a YAML scalar", "YAML", "a: b\nimage: {{x}}:{{y}}", "t:2:8: In YAML a value must be the whole scalar"],
    ["a quoted YAML scalar", "YAML", 'a: "{{x}}"', "t:1:5: In YAML"],
    ["a YAML comment", "YAML", "a: 1 # see {{x}}", "t:1:12: In YAML"],
    ["an inline block in YAML", "YAML", "a: {{#if x}}{{x}}{{/if}}", "t:1:13: In YAML"],
    ["an XML comment", "XML", "<a><!-- {{x}} --></a>", "t:1:9: Misplaced"],
    ["an XML tag name", "XML", "<{{x}}/>", "t:1:2: Misplaced"],
    ["a bare attribute", "HTML", "<a href={{x}}/>", "t:1:9: Misplaced"],
    ["CDATA", "XML", "<a>\n<![CDATA[{{x}}]]></a>", "t:2:10: Misplaced"],
    ["a shell word in a command", "SHELL", "rm {{x}}", "t:1:4: In a shell template"],
    ["double quotes", "SHELL", 'A="{{x}}"', "t:1:4: In a shell template"],
    ["two values in a word", "SHELL", "A={{x}}{{y}}", "t:1:3: In a shell template"],
    ["an assignment after a command", "SHELL", "cat <<E\nA={{x}}\nE", "t:2:3: In a shell template"],
    ["an assignment in an open quote", "SHELL", "B='\nA={{x}}", "t:2:3: In a shell template"],
    [
      "an assignment that a loop repeats",
      "SHELL",
      "{{#each x}}\nA={{this}}\ncat <<E\n{{/each}}",
      "t:2:3: In a shell template",
    ],
    ["a shell comment", "SHELL", "# {{x}}", "t:1:3: In a shell template"],
    ["a reserved character", "TEXT", "\ue000", "t:1:1: The characters"],
  ])("%s", (_mistake, language, source, message) => {
    expect(problemOf(() => compileTemplate({ name: "t", language, source }))).toContain(message);
  });
});

describe("what only a view can show is told with its place in the template", () => {
  const view = { x: "a", n: null, list: ["a"], o: { k: "a" }, bad: "\u0000" };
  test.each<[string, LanguageName, string, string]>([
    ["a missing field", "YAML", "a: 1\nb: {{y}}", 't:2:6: There is no field "y" here (y).'],
    ["a missing inner field", "YAML", "b: {{o.y}}", 't:1:6: There is no field "y" in "o" (o.y).'],
    ["a missing field in a condition", "YAML", "{{#if y}}\n{{/if}}", 't:1:7: There is no field "y"'],
    ["a missing field in a loop", "YAML", "{{#each o.y}}\n{{/each}}", 't:1:9: There is no field "y"'],
    [
      "a missing field of a block value",
      "YAML",
      "{{#with o as |p|}}\na: {{p.y}}\n{{/with}}",
      't:2:6: There is no field "y"',
    ],
    ["a null", "YAML", "a: {{n}}", 't:1:4: "n" is null here; guard it with {{#if n}}'],
    ["a field of a null", "YAML", "a: {{n.id}}", 't:1:6: There is no field "id" in "n"'],
    ["a prototype", "YAML", "a: {{o.constructor}}", 't:1:6: There is no field "constructor"'],
    ["a prototype's method", "YAML", "a: {{list.map}}", 't:1:6: There is no field "map"'],
    ["a text's method", "YAML", "a: {{x.length}}", 't:1:6: There is no field "length"'],
    ["beyond the root", "YAML", "a: {{../x}}", 't:1:6: "../x" reaches out of the template'],
    ["a loop over a text", "YAML", "{{#each x}}\n{{/each}}", "t:1:1: {{#each}} needs a list"],
    ["a function of the wrong thing", "YAML", "a: {{join x}}", "t:1:4: join: The first value must be a list."],
    ["a list in XML", "XML", "<a>{{list}}</a>", 't:1:4: "list" is a list or an object'],
    ["a list as a YAML key", "YAML", "{{list}}: 1", 't:1:1: "list" stands as a key'],
    ["a block scalar", "YAML", "a: |\n  b: {{x}}", 't:2:6: "x" is misplaced'],
    ["a multi-line quoted scalar", "YAML", 'a: ["\n  b: {{x}}\n  "]', 't:2:6: "x" is misplaced'],
    ["a multi-line plain scalar", "YAML", "a: {{x}}\n  more", 't:1:4: "x" is misplaced'],
    ["a tag", "YAML", "a: !!str\n  {{x}}", 't:2:3: "x" is misplaced'],
    ["a tag that nobody knows", "YAML", "a: !secret\n  {{x}}", "t:1:4: This is not YAML: Unresolved tag: !secret"],
    [
      "an XML comment that a branch opens",
      "XML",
      "<a>{{#if x}}<!--{{else}}-->{{/if}}{{x}}{{#if x}}-->{{/if}}</a>",
      't:1:35: "x" is misplaced',
    ],
    ["broken YAML after a block", "YAML", "{{#if x}}\na: 1\n{{/if}}\nb: 2\n c: 3", "t:4:4: This is not YAML"],
    ["equal keys in YAML", "YAML", "a: 1\nb: 2\na: {{x}}", "t:3:1: This is not YAML: Map keys must be unique"],
    ["keys that values make equal", "YAML", "{{x}}: 1\n{{o.k}}: 2", "t:2:1: This is not YAML: Map keys must be unique"],
    ["broken XML", "XML", "<a>\n  <b>{{x}}</c>\n</a>", "t:2:"],
    ["no XML at all", "XML", "{{x}}", "This is not well-formed XML"],
    [
      "what XML cannot hold",
      "XML",
      "<a>\n{{bad}}</a>",
      't:2:1: "bad" holds U+0000 at index 0, which XML cannot write.',
    ],
    ["a dangerous link", "HTML", '<a href="{{x}}"/>', 't:1:10: "x" must be a link'],
    ["a script", "HTML", "<div><script>{{x}}</script></div>", 't:1:14: "x" may not stand in <script>'],
    ["an event", "HTML", '<a onclick="f({{x}})"/>', 't:1:15: "x" may not stand in the attribute onclick'],
  ])("%s", (_mistake, language, source, message) => {
    expect(problemOf(() => render(source, view, language))).toContain(message);
  });

  test("a view that is not JSON", () => {
    expect(problemOf(() => render("{{x}}", { x: () => "code" }))).toContain("the view.x is not JSON");
  });

  test("loops in loops are bounded", () => {
    const list = Array.from({ length: 100 }, () => 0);
    const source = "{{#each @root.list}}".repeat(4) + "x" + "{{/each}}".repeat(4);
    expect(problemOf(() => render(source, { list }))).toContain("Rendering took more than");
  });
});

test("plain text keeps lines and loses what could steer a terminal", () => {
  expect(render("{{x}}", { x: "a\u001b[31m\tb\n\u0000\u009b\ud800<&>" })).toBe("a[31m\tb\n\ufffd<&>");
});

test("HTML escapes, and lets links and attributes be", () => {
  const source = `<p title="{{x}}"><a href="{{link}}">{{x}}</a><a href="https://h/{{x}}"/></p>`;
  expect(render(source, { x: `<b> & "c"`, link: "https://h/?a=1&b=2" }, "HTML")).toBe(
    `<p title="&lt;b&gt; &amp; &quot;c&quot;"><a href="https://h/?a=1&amp;b=2">&lt;b&gt; &amp; "c"</a>` +
      `<a href="https://h/&lt;b&gt; &amp; &quot;c&quot;"/></p>`,
  );
});

test("a long row of blanks takes no longer than as many letters", () => {
  const source = `{{#if on}}\n${" ".repeat(200_000)}x{{/if}}`;
  const startedAt = performance.now();
  expect(render(source, { on: true })).toHaveLength(200_001);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("a template tells which fields it uses, and where", () => {
  const source = `{{a.b}}\n{{#each ports as |p nth|}}{{port}}{{p.name}}{{nth}}{{@index}}{{../c}}{{this}}{{/each}}{{#with d}}{{e}}{{@root.f}}{{/with}}{{#with (find g "x" h)}}{{i}}{{/with}}`;
  const { fields } = compileTemplate({ name: "t", language: "TEXT", source });
  expect(fields.map(({ path }) => path)).toEqual([
    "a.b", "ports", "ports[].port", "ports[].name", "c", "ports[]", "d", "d.e", "f", "g", "h",
  ]); // prettier-ignore
  expect(fields[2]!.place).toEqual({ template: "t", line: 2, column: 29 });
});

test("equal definitions are compiled once", () => {
  const definition = { name: "t", language: "TEXT", source: "once" } as const;
  expect(compileTemplate(definition)).toBe(compileTemplate({ ...definition }));
  expect(compileTemplate({ ...definition, name: "u" })).not.toBe(compileTemplate(definition));
});

describe("an object is what its kind promises", () => {
  const promise = { apiVersion: "v1", kind: "Secret", optional: false, clusterWide: false };
  const object = (source: string, view: unknown = {}, optional = false) =>
    renderManifest(compileTemplate({ name: "t", language: "YAML", source }), view, { ...promise, optional });
  const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: {{name}} }\n";

  test("and comes as JSON", () => {
    expect(object(secret, { name: "no" })).toEqual({ apiVersion: "v1", kind: "Secret", metadata: { name: "no" } });
  });

  test.each([
    ["another kind", secret.replace("Secret", "Pod"), "it rendered v1 Pod"],
    ["two objects", `${secret}---\n${secret}`, "Must render one object; it rendered 2."],
    ["nothing", "# nothing\n", "Must render one object; it rendered 0."],
    ["no name", "apiVersion: v1\nkind: Secret\n", "apiVersion, kind and metadata.name"],
    ["a list", "- 1\n", "apiVersion, kind and metadata.name"],
  ])("not %s", (_what, source, message) => {
    expect(problemOf(() => object(source, { name: "a" }))).toContain(message);
  });

  test("unless it may be nothing", () => {
    expect(object("{{#if on}}\n{{/if}}", { on: false }, true)).toBeUndefined();
  });
});
