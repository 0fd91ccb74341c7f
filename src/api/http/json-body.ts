import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { InvalidInput, NotFound, PlatformError, TooComplex, type LimitViolation } from "../../kernel/errors.js";
import { limitViolations, fixedLimits } from "../documents/document-limits.js";
import { PacedWork } from "../pricing/paced-work.js";
import { refuseRequest } from "./refuse-request.js";

/** What the body of a request may hold, in bytes. */
const bodyBytes = 1_000_000;

/** Levels around the variables: the request itself, `variables`, and of a message its `payload`. */
const outerDepth = 3;
/** Values of a body beside its variables. */
const outerValues = 100;

/** Bodies beyond this are read and parsed one at a time, and others are served in between. */
const quickBytes = 50_000;
/** A body that takes longer to come keeps the event loop free by itself. */
const readingMs = 100;

/**
 * Reads a body of JSON. One that is too deep or has too many values is refused before it is parsed, which would take
 * 50 to 90 ms for a megabyte of brackets.
 */
export function jsonBody(limits: ValueLimits, paced: PacedWork): RequestHandler[] {
  const parse: RequestHandler = (request, _response, next) => {
    const bytes: unknown = request.body;
    if (!Buffer.isBuffer(bytes)) return next();
    const read = (): void => {
      request.body = bodyOf(bytes, request.get("content-type") ?? "", limits);
    };
    if (bytes.length > quickBytes) return void paced.run(read).then(() => next(), next);
    read();
    next();
  };
  const raw = express.raw({ limit: bodyBytes, type: "application/json" });
  const reading = new PacedWork();
  const receive: RequestHandler = (request, response, next) => {
    // A body without a length comes in chunks.
    const isChunked = request.get("transfer-encoding") !== undefined;
    if (!isChunked && Number(request.get("content-length") ?? 0) <= quickBytes) {
      raw(request, response, next);
      return;
    }
    const received = (): Promise<unknown> => new Promise((resolve) => raw(request, response, resolve));
    void reading.runBriefly(readingMs, received).then(next, next);
  };
  return [receive, parse];
}

function bodyOf(bytes: Buffer, contentType: string, limits: ValueLimits): object {
  if (bytes.length === 0) return {};
  const charset = /charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) throw unreadable("send it in UTF-8");
  const tooMuch = violationsOf(bytes, limits);
  if (tooMuch.length > 0) throw new TooComplex(tooMuch);
  const body = parsed(utf8.decode(bytes));
  if (body === null || typeof body !== "object") throw unreadable("send a JSON object");
  return body;
}

const utf8 = new TextDecoder();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

const unreadable = (why: string): InvalidInput =>
  new InvalidInput([{ path: "body", message: `It cannot be read: ${why}.` }]);

/** Whether a message of JSON is neither too deep nor has too many values, so that it may be parsed. */
export const isWithin = (bytes: Uint8Array, limits: ValueLimits): boolean => violationsOf(bytes, limits).length === 0;

interface ValueLimits {
  readonly variableValues: number;
}

function violationsOf(bytes: Uint8Array, { variableValues }: ValueLimits): readonly LimitViolation[] {
  const { variableDepth } = fixedLimits;
  const most = { depth: variableDepth + outerDepth, values: variableValues + outerValues };
  const { depth, values } = jsonShape(bytes, most);
  return limitViolations(
    { variableDepth: depth - outerDepth, variableValues: values - outerValues },
    { variableDepth, variableValues },
  );
}

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code("\\"), code(",")];
const [openList, closeList, openObject, closeObject] = [code("["), code("]"), code("{"), code("}")];

interface JsonShape {
  depth: number;
  values: number;
}

/**
 * How deep a JSON text is, and about how many values it has, seen without parsing it: 2 to 5 ms for a megabyte. Ends where
 * one of them is more than `most`, so that the rest of a body that is refused costs nothing.
 */
export function jsonShape(bytes: Uint8Array, most: JsonShape): JsonShape {
  let [open, depth, values] = [0, 0, 1];
  let inText = false;
  for (let at = 0; at < bytes.length && depth <= most.depth && values <= most.values; at++) {
    const byte = bytes[at];
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === comma) values++;
    else if (byte === openList || byte === openObject) {
      values++;
      if (++open > depth) depth = open;
    } else if (byte === closeList || byte === closeObject) open--;
  }
  return { depth, values };
}

/** What http-errors knows of a body that cannot be read. */
interface BodyError extends Error {
  readonly status?: number;
  readonly length?: number;
  readonly received?: number;
}

/** What goes wrong before GraphQL: a body that is too large, too deep or no JSON. */
export function presentRequestError(report: (cause: unknown) => string): ErrorRequestHandler {
  return (error: BodyError, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (!(error instanceof PlatformError) && error.status !== undefined) response.status(error.status);
    refuseRequest(response, asOurs(error), report);
  };
}

/** Answers requests for unknown paths, without repeating the path. */
export const nothingHere: RequestHandler = () => {
  throw new NotFound("page", "at this address");
};

function asOurs(error: BodyError): Error {
  if (error instanceof PlatformError || (error.status ?? 500) >= 500) return error;
  if (error.status !== 413) return unreadable(error.message.slice(0, 200));
  const found = error.length ?? error.received ?? bodyBytes + 1;
  return new TooComplex([{ limit: "body", allowed: bodyBytes, found, remedy: "Send less at once." }]);
}
