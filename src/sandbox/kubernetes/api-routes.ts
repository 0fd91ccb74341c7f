import type { ServerResponse } from "node:http";
import type { SandboxRequest } from "../sandbox-server.js";
import { type ApiPath, apiPath } from "./api-path.js";
import type { Authorization } from "./authorization.js";
import { decode, decodeLoosely, parse } from "./decoding.js";
import { discovery } from "./discovery.js";
import { type Fields, type Json, type KubeObject } from "./kube-object.js";
import { listPage, selection } from "./lists.js";
import type { DeleteOptions, ObjectRemover } from "./object-remover.js";
import type { ObjectStore } from "./object-store.js";
import type { ObjectWriter, WriteOptions } from "./object-writer.js";
import { jsonPatch, mergePatch, strategicMergePatch } from "./patches.js";
import { asScale, withScale } from "./scale.js";
import { StatusError, badRequest, invalid, unsupportedMediaType } from "./status-error.js";
import type { PodLogs } from "./pod-logs.js";
import type { WatchStreams } from "./watch-streams.js";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });

/** The Kubernetes API as it is on the wire: paths, verbs and Status answers over the store. */
export class ApiRoutes {
  constructor(
    private readonly store: ObjectStore,
    private readonly writer: ObjectWriter,
    private readonly remover: ObjectRemover,
    private readonly watches: WatchStreams,
    private readonly logs: PodLogs,
    private readonly authorization: Authorization,
    private readonly token?: string,
  ) {}

  /** Answers, or returns false for a path that the API does not have. */
  async answer(request: SandboxRequest, response: ServerResponse): Promise<boolean> {
    if (["/healthz", "/livez", "/readyz"].includes(request.path)) {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("ok");
      return true;
    }
    try {
      const { authorization } = request.headers;
      const isKnown = authorization === `Bearer ${this.token}` || this.authorization.accountOf(authorization);
      if (this.token !== undefined && !isKnown) throw new StatusError(401, "Unauthorized", "Unauthorized");
      const found = discovery(request.path);
      if (found) send(response, ok(found));
      else {
        const path = apiPath(request.path);
        if (path) await this.resource(path, request, response);
        // Any cluster may lack a group; a resource that a served group should have is the sandbox's own gap.
        else if (isGroupAbsent(request.path))
          response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
        else return false;
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      send(response, { status: error.code, body: error.body() });
    }
    return true;
  }

  private async resource(path: ApiPath, request: SandboxRequest, response: ServerResponse): Promise<void> {
    const { method, query } = request;
    const isWatch = ["true", "1"].includes(query.get("watch") ?? "");
    await this.authorization.authorize(path, request, isWatch);
    if (path.subresource === "log") await this.logs.answer(path, query, response);
    else if (path.subresource === "exec") throw badRequest("Upgrade request required");
    else if (method === "GET" && isWatch) this.watches.start(path, query, response);
    else send(response, await this.verb(path, request));
  }

  private async verb(path: ApiPath, request: SandboxRequest): Promise<Answer> {
    const isCollection = path.name === undefined;
    switch (request.method) {
      case "GET":
        return ok(isCollection ? listPage(this.store, path, request.query) : shown(path, this.stored(path)));
      case "POST":
        if (isCollection)
          return {
            status: 201,
            body: this.writer.create(await this.body(path, request), optionsOf(path, request)),
          };
        break;
      case "PUT":
        if (!isCollection) return ok(await this.replace(path, request));
        break;
      case "PATCH":
        if (!isCollection) return this.patch(path, request);
        break;
      case "DELETE":
        return ok(await this.remove(path, request));
    }
    throw new StatusError(
      405,
      "MethodNotAllowed",
      "the server does not allow this method on the requested resource",
      {},
    );
  }

  private stored({ kind, namespace, name = "" }: ApiPath): KubeObject {
    return this.writer.find(kind, namespace, name);
  }

  private async body(path: ApiPath, request: SandboxRequest): Promise<KubeObject> {
    const type = request.headers["content-type"] ?? "application/json";
    if (!/json|yaml/.test(type))
      throw unsupportedMediaType(
        `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
      );
    return this.placed(path, decode(path.kind, await request.body()));
  }

  private async replace(path: ApiPath, request: SandboxRequest): Promise<unknown> {
    const options = optionsOf(path, request);
    const body = await request.body();
    if (path.subresource !== "scale") return this.writer.replace(this.placed(path, decode(path.kind, body)), options);
    return asScale(this.writer.replace(withScale(this.stored(path), parse(body, path.kind)), options));
  }

  private async patch(path: ApiPath, request: SandboxRequest): Promise<Answer> {
    const type = (request.headers["content-type"] ?? "").split(";")[0]!.trim();
    const options = optionsOf(path, request);
    const body = await request.body();
    if (type === "application/apply-patch+yaml" || type === "application/apply-patch+cbor") {
      if (!request.query.get("fieldManager")) {
        throw invalid({ kind: "PatchOptions", group: "meta.k8s.io" }, "", [
          {
            reason: "FieldValueRequired",
            message: "Required value: is required for apply patch",
            field: "fieldManager",
          },
        ]);
      }
      const force = request.query.get("force") === "true";
      const { object, isNew } = this.writer.apply(this.placed(path, decodeLoosely(path.kind, body)), {
        ...options,
        force,
      });
      return { status: isNew ? 201 : 200, body: object };
    }
    const old = this.stored(path);
    const target = path.subresource === "scale" ? asScale(old) : (old as unknown as Json);
    const patched = patchWith(type, target, json(body)) as Fields;
    if (path.subresource === "scale") return ok(asScale(this.writer.replace(withScale(old, patched), options)));
    return ok(this.writer.replace(this.placed(path, decode(path.kind, Buffer.from(JSON.stringify(patched)))), options));
  }

  private async remove(path: ApiPath, request: SandboxRequest): Promise<unknown> {
    const body = await request.body();
    const options = deleteOptions(body.length > 0 ? parse(body, path.kind) : {}, request.query);
    if (path.name === undefined) {
      const list = listPage(this.store, path, request.query);
      for (const object of this.store.list(path.kind.kind, path.namespace).filter(selection(path, request.query)))
        this.remover.remove(object, options);
      return list;
    }
    const { object, isGone } = this.remover.remove(this.stored(path), options);
    if (!isGone || path.kind.deleteAnswersObject) return object;
    const details = {
      name: path.name,
      ...(path.kind.group && { group: path.kind.group }),
      kind: path.kind.plural,
      uid: object.metadata.uid,
    };
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  }

  /** The object at its path; a body for another path is refused. */
  private placed({ kind, namespace, name }: ApiPath, object: KubeObject): KubeObject {
    const { metadata } = object;
    if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace)
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    if (name !== undefined && metadata.name !== undefined && metadata.name !== name)
      throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
    if (kind.namespaced && namespace === undefined)
      throw badRequest("an empty namespace may not be set during creation");
    return {
      ...object,
      metadata: { ...metadata, ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) },
    };
  }
}

const isGroupAbsent = (path: string): boolean =>
  /^\/apis\/./.test(path) && !discovery(path.split("/").slice(0, 4).join("/"));

const shown = ({ subresource }: ApiPath, object: KubeObject): unknown =>
  subresource === "scale" ? asScale(object) : object;

function json(body: Buffer): Json {
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    throw badRequest("error decoding patch: invalid character looking for beginning of value");
  }
}

function patchWith(type: string, target: Json, patch: Json): Json {
  switch (type) {
    case "application/json-patch+json":
      if (!Array.isArray(patch))
        throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
      return jsonPatch(target, patch);
    case "application/merge-patch+json":
      return mergePatch(target, patch);
    case "application/strategic-merge-patch+json":
      return strategicMergePatch(target, patch);
    default:
      throw unsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
      );
  }
}

function optionsOf({ subresource }: ApiPath, { query, headers }: SandboxRequest): WriteOptions {
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    throw invalid({ kind: "PatchOptions", group: "meta.k8s.io" }, "", [
      {
        reason: "FieldValueNotSupported",
        message: `Unsupported value: "${dryRun[0]}": supported values: "All"`,
        field: "dryRun",
      },
    ]);
  }
  const manager = query.get("fieldManager") || (headers["user-agent"] ?? "unknown").split("/")[0]!;
  return { manager, ...(subresource && { subresource }), dryRun: dryRun.length > 0 };
}

function deleteOptions(body: Fields, query: URLSearchParams): DeleteOptions {
  const grace = query.get("gracePeriodSeconds") ?? body["gracePeriodSeconds"];
  const policy = query.get("propagationPolicy") ?? body["propagationPolicy"];
  const isDryRun = query.has("dryRun") || (Array.isArray(body["dryRun"]) && body["dryRun"].length > 0);
  return {
    ...(grace !== undefined && grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy ? { propagationPolicy: policy as NonNullable<DeleteOptions["propagationPolicy"]> } : {}),
    ...(body["preconditions"]
      ? { preconditions: body["preconditions"] as NonNullable<DeleteOptions["preconditions"]> }
      : {}),
    dryRun: isDryRun,
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": text.length }).end(text);
}
