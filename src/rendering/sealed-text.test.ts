import { describe, expect, test } from "@jest/globals";
import { acceptTemplate } from "./accept-template.js";
import { asData, base64Of, hideSealed, hideSealedIn, holdsSealed, openText, sealedText } from "./sealed-text.js";
import { compileTemplate } from "./template.js";
import type { DeclaredVariable } from "./template-variables.js";

const cipher = "v1.bm9uY2U.dGFn.Ym9keQ";
const secret = sealedText(`var_${"a".repeat(32)}`, cipher);
const opened = (text: string): string => openText(text, () => `pl"ain`);
const inBase64 = (text: string): string => Buffer.from(text).toString("base64");

describe("what stands for a secret", () => {
  test.each<[string, string, string]>([
    ["as it is", secret, `pl"ain`],
    ["in a text", `a${secret}b`, `apl"ainb`],
    ["in base64", base64Of(`a${secret}`), inBase64(`apl"ain`)],
    ["in base64 in a text", `Basic ${base64Of(`a:${secret}`)}`, `Basic ${inBase64(`a:pl"ain`)}`],
    ["in base64 of base64", base64Of(base64Of(secret)), inBase64(inBase64(`pl"ain`))],
  ])("%s is opened where it is applied, and hidden where it is read", (_where, text, plain) => {
    expect(holdsSealed(text)).toBe(true);
    expect(opened(text)).toBe(plain);
    for (const each of [hideSealed(text), JSON.stringify(hideSealedIn({ a: [text] }))]) {
      expect(each).toContain("(secret)");
      for (const part of [cipher, inBase64(cipher).slice(0, 12), inBase64(secret).slice(0, 12)])
        expect(each).not.toContain(part);
    }
  });

  test("is base64 as a whole where Kubernetes has base64, and hidden there too", () => {
    expect(asData(base64Of(secret))).toBe(inBase64(secret));
    expect(hideSealed(inBase64(`a${secret}`))).toBe("(secret)");
    expect(asData("cGxhaW4=")).toBe("cGxhaW4=");
  });

  test("is nothing else that anybody writes", () => {
    for (const text of ["orrery-sealed()", "orrery-sealed(var_1,v1)", inBase64("something quite long ".repeat(9))])
      expect([holdsSealed(text), opened(text), hideSealed(text), base64Of(text)]).toEqual([
        false,
        text,
        text,
        inBase64(text),
      ]);
  });
});

const token: DeclaredVariable = {
  name: "token",
  type: "TEXT",
  description: "A token.",
  isSecret: true,
  isRequired: true,
  defaultValue: null,
  allowed: [],
  pattern: null,
};
const secretOf = (metadata: string, data: string): string => `apiVersion: v1
kind: Secret
metadata:
  name: {{secretName}}
  namespace: {{namespace.name}}
${metadata}
${data}
`;

describe("a template of a Secret", () => {
  test.each<[string, string, string, string]>([
    [
      "in base64 outside of its values",
      "  annotations:\n    a: {{base64 variables.token}}",
      "",
      "in data or stringData",
    ],
    ["as a key", "", "stringData:\n  {{text variables.token}}: a", "in data or stringData"],
    [
      "by another name",
      "",
      "stringData:\n{{#with (text variables.token) as |s|}}\n  a: {{json s}}\n{{/with}}",
      "json is given a secret",
    ],
    [
      "to compare it",
      "",
      `stringData:\n{{#with (text variables.token) as |s|}}\n  a: {{is s "x"}}\n{{/with}}`,
      "is is given a secret",
    ],
  ])("may not use a secret %s", (_how, metadata, data, problem) => {
    const accept = () => acceptTemplate("kubernetes/image-pull-secret", secretOf(metadata, data), [token]);
    expect(accept).toThrow(problem);
  });

  test("tells nothing of a secret in its mistakes", () => {
    const template = compileTemplate({ name: "x", language: "YAML", source: "a: {{json variables.token}}" });
    expect(() => template.render({ variables: { token: secret } })).toThrow(/^x:1:4: json is given a secret: [^()]*$/);
    const source = secretOf("", "").replace("kind: Secret", "kind: {{variables.token}}");
    const refused = () => acceptTemplate("kubernetes/image-pull-secret", source, [token]);
    expect(refused).toThrow("it rendered v1 (secret).");
  });
});
