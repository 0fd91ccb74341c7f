import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import { beforeEach, expect, test } from "@jest/globals";
import { WebSocketServer, type WebSocket } from "ws";
import { installedVersion } from "../../../test/support/installed-version.js";
import { maxFrameText, writeTextFrame } from "./text-frames.js";

let stream: Duplex;
let socket: WebSocket;
let written: Buffer[];
/** What the stream writes to: holds back what comes until it is let go. */
let letGo: (() => void) | undefined;
let holds: boolean;

beforeEach(() => {
  [written, holds, letGo] = [[], false, undefined];
  stream = new Duplex({
    read: () => undefined,
    write: (piece: Buffer, _encoding, done) => {
      written.push(Buffer.from(piece));
      if (holds) letGo = done;
      else done();
    },
  });
  const request = new IncomingMessage(new Socket());
  request.method = "GET";
  request.headers = {
    upgrade: "websocket",
    connection: "upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.handleUpgrade(request, stream, Buffer.alloc(0), (opened) => (socket = opened));
  written = [];
});

const write = (start: string, rest: string, taken?: () => void): void =>
  writeTextFrame(stream, { start, startBytes: Buffer.byteLength(start), rest: Buffer.from(rest) }, taken);

test.each([0, 1, 124, 125, 126, 127, 4_000, maxFrameText])(
  "a text of %i bytes is written as ws 8.23.0 does",
  (length) => {
    expect(installedVersion("ws")).toBe("8.23.0");
    const text = length < 2 ? "x".repeat(length) : `ä${"x".repeat(length - 2)}`;
    socket.send(text);
    const theirs = Buffer.concat(written);
    written = [];
    write(text.slice(0, length >> 1), text.slice(length >> 1));
    expect(written).toEqual([theirs]);
  },
);

test("ws keeps the order of what it writes and what is written past it, and counts both as buffered", async () => {
  holds = true;
  socket.send("first");
  const before = socket.bufferedAmount;
  const taken = new Promise<void>((resolve) => write("sec", "ond", resolve));
  socket.send("third");
  // Each has a head of two bytes.
  expect(socket.bufferedAmount - before).toBe(2 * 2 + "second".length + "third".length);
  holds = false;
  letGo!();
  await taken;
  expect(Buffer.concat(written)).toEqual(Buffer.from("\x81\x05first\x81\x06second\x81\x05third", "latin1"));
});
