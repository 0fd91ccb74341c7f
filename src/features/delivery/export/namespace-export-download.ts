import { NotFound } from "../../../kernel/errors.js";
import type { Download, DownloadRequest, DownloadSource } from "../../foundation/download.js";
import type { NamespaceExports } from "./namespace-export.js";

/** Exports of namespaces as archives. */
export class NamespaceExportDownload implements DownloadSource {
  readonly path = "/exports/namespaces/:archive";
  readonly price = 200;

  constructor(private readonly exports: NamespaceExports) {}

  async open({ actor, parameters }: DownloadRequest): Promise<Download> {
    const archive = parameters["archive"]!;
    const [, namespaceId] = /^(.+)\.tar\.gz$/.exec(archive) ?? [];
    if (namespaceId === undefined) throw new NotFound("file", archive);
    return { kind: "ARCHIVE", ...(await this.exports.open(actor, namespaceId)) };
  }
}
