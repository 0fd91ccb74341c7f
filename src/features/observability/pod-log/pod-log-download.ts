import { InvalidInput } from "../../../kernel/errors.js";
import type { Download, DownloadRequest, DownloadSource } from "../../foundation/download.js";
import type { PodLogReader } from "./pod-log.reader.js";

/** Whole logs of containers. They have no byte ranges: the cluster reads by lines and times, and removes old lines. */
export class PodLogDownload implements DownloadSource {
  readonly path = "/logs/pods/:app/:pod/:container";
  readonly price = 20;

  constructor(private readonly podLogs: PodLogReader) {}

  async open({ actor, parameters, query }: DownloadRequest): Promise<Download> {
    const { app, pod, container } = parameters as { app: string; pod: string; container: string };
    const { previous = "false" } = query;
    if (previous !== "true" && previous !== "false")
      throw new InvalidInput([{ path: "previous", message: "Give true or false." }]);
    const read = await this.podLogs.download(actor, { app, pod, container, previous: previous === "true" });
    return { kind: "STREAMED", read };
  }
}
