import { ApolloServer } from "@apollo/server";
import { expect, test } from "@jest/globals";
import { parse, type DocumentNode } from "graphql";
import { installedVersion } from "../../../test/support/installed-version.js";
import { apolloDocumentStore } from "./apollo-document-store.js";
import { sha256 } from "./trusted-documents.js";

test("Apollo takes a document by the SHA-256 of its text, and does not parse the text", async () => {
  expect(installedVersion("@apollo/server")).toBe("5.5.1");
  const asked: string[] = [];
  const byHash = (hash: string): DocumentNode => (asked.push(hash), parse("{ __typename }"));
  const apollo = new ApolloServer({
    typeDefs: "type Query { a: Int }",
    documentStore: apolloDocumentStore({ byHash }),
  });
  const query = "{ this is no document";
  const { body } = await apollo.executeOperation({ query });
  expect(body).toMatchObject({ singleResult: { data: { __typename: "Query" } } });
  expect(asked).toEqual([sha256(query)]);
  await apollo.stop();
});
