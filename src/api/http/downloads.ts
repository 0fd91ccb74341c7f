import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Router, type Request, type RequestHandler, type Response } from "express";
import { pack } from "tar-stream";
import { FileRemoved, type Download, type DownloadSource } from "../../features/foundation/download.js";
import { InvalidInput, NotFound } from "../../kernel/errors.js";
import { isStorable } from "../../kernel/storable.js";
import type { Contexts } from "../authentication/authentication.js";
import { byteRange } from "./byte-range.js";
import { downloadBytesPerPoint } from "../pricing/field-prices.js";
import { refuseRequest } from "./refuse-request.js";
import type { RequestCharges } from "./request-charges.js";

/** The longest parameter of a path, in characters: no name of Kubernetes is longer. */
const longestParameter = 300;

type DownloadOf<Kind extends Download["kind"]> = Extract<Download, { readonly kind: Kind }>;

/** How a download is answered. */
interface Exchange {
  readonly request: Request<Record<string, string>>;
  readonly response: Response;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Takes the price of what was done from the reader's budget. */
  readonly spend: (points: number) => void;
}

export interface DownloadOptions {
  readonly sources: readonly DownloadSource[];
  readonly contexts: Contexts;
  readonly charges: RequestCharges;
  readonly report: (cause: unknown) => string;
}

/** The files of all sources, streamed: nothing is held in memory but what is being sent. */
export function downloads({ sources, contexts, charges, report }: DownloadOptions): Router {
  const answer =
    (source: DownloadSource): RequestHandler<Record<string, string>> =>
    async (request, response) => {
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      try {
        const rateLimitKey = await charges.charge(request, source.price);
        const { context } = await contexts.ofHttp(request.headers.authorization, { network: "" });
        const { actor } = context;
        const { params: parameters, query } = request;
        if (Object.values(parameters).some((each) => each.length > longestParameter || !isStorable(each)))
          throw new NotFound("file", "of this name");
        const download = await source.open({ actor, parameters, query });
        const spend = (points: number): void => charges.debit(rateLimitKey, points);
        await send(download, { request, response, signal: gone.signal, spend });
      } catch (error) {
        if (gone.signal.aborted) return;
        // Too late for an error: a broken transfer is how the client learns that the file is not whole.
        if (response.headersSent) return void response.destroy();
        if (error instanceof FileRemoved) response.status(410);
        refuseRequest(response, error, report);
      }
    };
  const router = Router();
  for (const source of sources) router.get(source.path, answer(source));
  return router;
}

function send(download: Download, exchange: Exchange): Promise<void> {
  switch (download.kind) {
    case "STORED":
      return sendStored(download, exchange);
    case "STREAMED":
      return sendStreamed(download, exchange);
    case "ARCHIVE":
      return sendArchive(download, exchange);
  }
}

async function sendStored(
  { bytes, read }: DownloadOf<"STORED">,
  { request, response, signal, spend }: Exchange,
): Promise<void> {
  // We give no validator, so a range that depends on one is never known to be of the same log.
  const range = request.headers["if-range"] === undefined ? byteRange(request.headers.range, bytes) : undefined;
  response.set("accept-ranges", "bytes");
  if (range === "UNSATISFIABLE") {
    response.set("content-range", `bytes */${bytes}`).status(416);
    throw new InvalidInput([{ path: "Range", message: `Ask for bytes that this log has: it has ${bytes}.` }]);
  }
  const { start, end } = range ?? { start: 0, end: bytes };
  if (range) response.status(206).set("content-range", `bytes ${start}-${end - 1}/${bytes}`);
  asText(response).set("content-length", String(end - start));
  for (let offset = start; offset < end && request.method !== "HEAD";) {
    const part = await read(offset, end);
    await write(response, part, signal);
    spend(pointsOf(part));
    offset += part.length;
  }
  response.end();
}

async function sendStreamed(
  { read }: DownloadOf<"STREAMED">,
  { request, response, signal, spend }: Exchange,
): Promise<void> {
  response.set("accept-ranges", "none");
  if (request.method !== "HEAD") {
    const take = (text: string): void | Promise<void> => {
      spend(pointsOf(text));
      return write(asText(response), text, signal);
    };
    await read(take, signal);
  }
  asText(response).end();
}

/** The same files give the same bytes: no times, no owners. */
async function sendArchive(
  { name, files }: DownloadOf<"ARCHIVE">,
  { request, response, signal, spend }: Exchange,
): Promise<void> {
  response.set({
    "content-type": "application/gzip",
    "content-disposition": `attachment; filename="${name}.tar.gz"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") return void response.end();
  const archive = pack();
  const sent = pipeline(archive, createGzip(), response, { signal });
  sent.catch(() => undefined);
  for await (const { path, text } of files) {
    archive.entry({ name: path, mtime: new Date(0), mode: 0o644 }, text);
    // It was rendered for this.
    spend(1 + pointsOf(text));
  }
  archive.finalize();
  await sent;
}

const pointsOf = ({ length }: string | Uint8Array): number => length / downloadBytesPerPoint;

function asText(response: Response): Response {
  if (response.headersSent) return response;
  return response.set({
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
}

/** Waits for a client that reads slowly, and rejects when it is gone. */
function write(response: Response, part: string | Uint8Array, signal: AbortSignal): void | Promise<void> {
  signal.throwIfAborted();
  if (response.write(part)) return;
  return new Promise((resolve, reject) => {
    const over = (): void => {
      response.off("drain", over).off("close", over);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    response.on("drain", over).on("close", over);
  });
}
