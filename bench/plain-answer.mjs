import { createServer } from "node:http";
import { assist } from "./assistant.mjs";

/** The cheapest possible response: an existing object that is serialised as JSON for each request. */
assist({
  async start({ answer }) {
    const server = createServer((request, response) => {
      request.resume().on("end", () => {
        const text = JSON.stringify(answer);
        response.writeHead(200, {
          "content-type": "application/json; charset=utf-8",
          "content-length": Buffer.byteLength(text),
        });
        response.end(text);
      });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${server.address().port}`;
  },
});
