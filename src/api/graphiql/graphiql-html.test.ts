import { expect, test } from "@jest/globals";
import { graphiqlHtml } from "./graphiql-html.js";

test("no operation can end the element that holds it", () => {
  const query = `# </script><script>alert(1)</script><!--\nquery A { viewer { email } }`;
  const html = graphiqlHtml([{ name: "a", folder: "x", query, variables: "", opensAtFirst: true }], "nonce");
  expect(html).not.toContain("alert(1)</");
  const embedded = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(html)![1]!;
  expect((JSON.parse(embedded) as { query: string }[])[0]!.query).toBe(query);
});
