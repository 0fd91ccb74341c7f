import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Router, type Request, type RequestHandler, type Response } from "express";
import { pack } from "tar-stream";
import { LogTrimmed, type BuildLogDownload } from "../../features/delivery/build/build-log-download.js";
import type { NamespaceExports } from "../../features/delivery/export/namespace-export.js";
import type { PodLogReader } from "../../features/observability/pod-log/pod-log.reader.js";
import type { MemberActor } from "../../kernel/actor.js";
import { InvalidInput, NotFound } from "../../kernel/errors.js";
import { isStorable } from "../../kernel/storable.js";
import type { Contexts } from "../authentication/authentication.js";
import { byteRange } from "./byte-range.js";
import { downloadBytesPerPoint, requestPrices } from "../pricing/field-prices.js";
import { refuseRequest } from "./refuse-request.js";
import type { RequestCharges } from "./request-charges.js";

/** Where files come from. */
export interface DownloadSources {
  readonly builds: BuildLogDownload;
  readonly pods: Pick<PodLogReader, "download">;
  readonly namespaces: Pick<NamespaceExports, "open">;
}

/** Of a part of an address, in characters: no name of Kubernetes is longer. */
const longestWord = 300;

interface Asked {
  readonly actor: MemberActor;
  readonly request: Request<Record<string, string>>;
  readonly response: Response;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Takes the price of what was done from the reader's budget. */
  readonly spend: (points: number) => void;
}

export interface DownloadOptions {
  readonly sources: DownloadSources;
  readonly contexts: Contexts;
  readonly charges: RequestCharges;
  readonly report: (cause: unknown) => string;
}

/**
 * Namespaces as archives, and whole logs as plain text, streamed: nothing is held but what is on its way. Logs of builds can
 * be asked for in parts; those of pods cannot, because the cluster cannot: it knows lines and times, and rotates them away.
 */
export function downloads({ sources, contexts, charges, report }: DownloadOptions): Router {
  const answer =
    (price: number, send: (asked: Asked) => Promise<void>): RequestHandler<Record<string, string>> =>
    async (request, response) => {
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      try {
        const rateLimitKey = await charges.charge(request, price);
        const { context } = await contexts.ofHttp(request.headers.authorization, { network: "" });
        const { actor } = context;
        if (Object.values(request.params).some((word) => word.length > longestWord || !isStorable(word)))
          throw new NotFound("file", "of this name");
        await send({
          actor,
          request,
          response,
          signal: gone.signal,
          spend: (points) => charges.debit(rateLimitKey, points),
        });
      } catch (error) {
        if (gone.signal.aborted) return;
        // Too late for an error: a broken transfer is how the client learns that the log is not whole.
        if (response.headersSent) return void response.destroy();
        if (error instanceof LogTrimmed) response.status(410);
        refuseRequest(response, error, report);
      }
    };
  return Router()
    .get(
      "/logs/builds/:build",
      answer(requestPrices.buildLog, (asked) => sendBuildLog(sources.builds, asked)),
    )
    .get(
      "/logs/pods/:app/:pod/:container",
      answer(requestPrices.podLog, (asked) => sendPodLog(sources.pods, asked)),
    )
    .get(
      "/exports/namespaces/:archive",
      answer(requestPrices.namespaceExport, (asked) => sendArchive(sources.namespaces, asked)),
    );
}

async function sendBuildLog(
  builds: BuildLogDownload,
  { actor, request, response, signal, spend }: Asked,
): Promise<void> {
  const { bytes, read } = await builds.open(actor, request.params["build"]!);
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

async function sendPodLog(
  pods: DownloadSources["pods"],
  { actor, request, response, signal, spend }: Asked,
): Promise<void> {
  const { app, pod, container } = request.params as { app: string; pod: string; container: string };
  const { previous = "false" } = request.query;
  if (previous !== "true" && previous !== "false")
    throw new InvalidInput([{ path: "previous", message: "Give true or false." }]);
  const read = await pods.download(actor, { app, pod, container, previous: previous === "true" });
  response.set("accept-ranges", "none");
  if (request.method !== "HEAD") {
    const send = (text: string): void | Promise<void> => {
      spend(pointsOf(text));
      return write(asText(response), text, signal);
    };
    await read(send, signal);
  }
  asText(response).end();
}

/** The same files give the same bytes: no times, no owners. */
async function sendArchive(
  namespaces: DownloadSources["namespaces"],
  { actor, request, response, signal, spend }: Asked,
): Promise<void> {
  const [, id] = /^(.+)\.tar\.gz$/.exec(request.params["archive"]!) ?? [];
  if (id === undefined) throw new NotFound("file", request.params["archive"]!);
  const { name, files } = await namespaces.open(actor, id);
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
