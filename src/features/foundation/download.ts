import type { Actor } from "../../kernel/actor.js";
import { PlatformError } from "../../kernel/errors.js";

/** What a download is asked for with. */
export interface DownloadRequest {
  readonly actor: Actor;
  /** The parameters of the path. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Text whose length is known, and of which byte ranges can be asked for. */
interface StoredText {
  readonly kind: "STORED";
  readonly bytes: number;
  /** Some bytes from an offset on, at least one, and none at or behind `end`. */
  readonly read: (offset: number, end: number) => Promise<Buffer>;
}

/** Text that is read while it is sent. `take` may ask to wait. */
interface StreamedText {
  readonly kind: "STREAMED";
  readonly read: (take: (text: string) => void | Promise<void>, signal: AbortSignal) => Promise<void>;
}

/** Files that are sent as `<name>.tar.gz`. */
interface Archive {
  readonly kind: "ARCHIVE";
  readonly name: string;
  readonly files: AsyncIterable<{ readonly path: string; readonly text: string }>;
}

export type Download = StoredText | StreamedText | Archive;

/** Serves the files of one path. */
export interface DownloadSource {
  /** The path with its parameters: `/logs/builds/:build`. */
  readonly path: string;
  /** The price of a download, in the unit of `rateLimit`, before anything of it is sent. */
  readonly price: number;
  open(request: DownloadRequest): Promise<Download>;
}

/** The file was there, and was removed. */
export abstract class FileRemoved extends PlatformError {
  readonly code = "NOT_FOUND";
}
