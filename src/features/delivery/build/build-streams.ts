import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Actor } from "../../../kernel/actor.js";
import { NotFound } from "../../../kernel/errors.js";
import type { PubSub } from "../../../kernel/pub-sub.js";
import type { Stream } from "../../../streams/conflating-queue.js";
import type { Policy } from "../../identity/access/policy.js";
import { EntityStates, statePosition, type StateEvent } from "../../foundation/state-streams.js";
import { Build } from "./build.entity.js";

/** Subscriptions to the progress of builds. */
export class BuildStreams {
  private readonly states: EntityStates<Build>;

  constructor(
    private readonly fork: () => SqlEntityManager,
    pubSub: PubSub,
    private readonly policy: Policy,
  ) {
    this.states = new EntityStates(fork, pubSub, { entity: Build, topic: "build", isLast: (build) => build.isOver() });
  }

  /** The build as it is now, or only what is newer than `after`, then every change, until it is over. */
  async changes(actor: Actor, id: string, after?: string | null): Promise<Stream<StateEvent<Build>>> {
    const position = statePosition(after);
    const build = await this.fork().findOne(Build, id);
    if (!build) throw new NotFound("build", id);
    this.policy.require(actor, "namespace:read", { namespaceId: build.namespaceId, kind: "build", id });
    return this.states.follow(build, position);
  }
}
