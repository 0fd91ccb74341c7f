import "reflect-metadata";
import { ApolloServer } from "@apollo/server";
import { expressMiddleware } from "@as-integrations/express5";
import express from "express";
import { pino } from "pino";
import { buildDependencies } from "../dist/compose/dependencies.js";
import { composeOperations } from "../dist/compose/operations.js";
import { readConfig } from "../dist/config/config.js";
import { assist } from "./assistant.mjs";

/** Our resolvers, rows and loaders on the same database and cluster, in plain Apollo Server and Express. */
assist({
  async start({ environment }) {
    const dependencies = await buildDependencies(readConfig(environment), pino({ level: "error" }));
    await dependencies.cluster.start(new AbortController().signal);
    const { schema, contexts } = await composeOperations(dependencies);
    const apollo = new ApolloServer({ schema });
    await apollo.start();
    const context = async ({ req }) => (await contexts.ofHttp(req.headers.authorization, { network: "" })).context;
    const app = express().use("/graphql", express.json(), expressMiddleware(apollo, { context }));
    const server = await new Promise((resolve) => {
      const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
    });
    return `http://127.0.0.1:${server.address().port}`;
  },
});
