import { ApolloServer } from "@apollo/server";
import { expressMiddleware } from "@as-integrations/express5";
import express from "express";
import { assist } from "./assistant.mjs";

/** The memory of a server with the same libraries that does nothing. */
assist({
  async start() {
    const apollo = new ApolloServer({
      typeDefs: "type Query { hello: String }",
      resolvers: { Query: { hello: () => "world" } },
      stopOnTerminationSignals: false,
    });
    await apollo.start();
    const app = express().use("/graphql", express.json(), expressMiddleware(apollo));
    await new Promise((resolve) => app.listen(0, "127.0.0.1", resolve));
  },
});
