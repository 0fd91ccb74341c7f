import { type Exported, exported, unexported } from "./exported.js";
import { color, estimatedMs, permalinks } from "./history.js";
import { Folder, type Item, type Job } from "./item.js";
import { folderClass, projectClass } from "./job-config.js";
import type { Queue } from "./queue.js";
import type { QueueItem } from "./queue-item.js";
import type { Cause, Parameter } from "./build-request.js";
import type { Run } from "./run.js";
import { crumbField } from "./security.js";

/** The remote API of this Jenkins. URLs begin with `base`, which ends in a slash. */
export class Views {
  constructor(
    private readonly base: string,
    private readonly queue: Queue,
  ) {}

  root(root: Folder): Exported {
    return exported("hudson.model.Hudson", 1, {
      assignedLabels: [],
      mode: "NORMAL",
      nodeDescription: "the Jenkins controller's built-in node",
      nodeName: "",
      numExecutors: 2,
      description: null,
      jobs: () => root.children.map((item) => this.item(item)),
      quietDownReason: null,
      quietingDown: this.queue.isQuietingDown,
      slaveAgentPort: -1,
      url: this.base,
      useCrumbs: true,
      useSecurity: true,
      views: [],
    });
  }

  item(item: Item): Exported {
    return item instanceof Folder ? this.folder(item) : this.job(item);
  }

  private folder(folder: Folder): Exported {
    return exported(
      folderClass,
      1,
      {
        actions: [unexported],
        displayName: folder.name,
        fullDisplayName: folder.fullName.replaceAll("/", " » "),
        fullName: folder.fullName,
        name: folder.name,
        url: this.base + folder.path,
        jobs: () => folder.children.map((item) => this.item(item)),
      },
      { name: 3, url: 3 },
    );
  }

  job(job: Job): Exported {
    const { config, history } = job;
    const definitions = config.parameters?.map(({ type, name, description, defaultValue }) =>
      exported(type, 3, {
        defaultParameterValue: exported(valueClass(type), 4, { name, value: defaultValue }),
        description,
        name,
        type: type.split(".").at(-1)!,
      }),
    );
    const property = definitions
      ? [exported("hudson.model.ParametersDefinitionProperty", 2, { parameterDefinitions: definitions })]
      : [];
    const last = (matches: (run: Run) => boolean) => () => {
      const run = history.find(matches);
      return run ? this.run(run) : null;
    };
    return exported(
      projectClass,
      1,
      {
        actions: [...property, unexported, unexported],
        description: config.description,
        displayName: job.name,
        displayNameOrNull: null,
        fullDisplayName: job.fullName.replaceAll("/", " » "),
        fullName: job.fullName,
        name: job.name,
        url: this.base + job.path,
        buildable: job.isBuildable,
        allBuilds: () => history.map((run) => this.run(run)),
        builds: () => history.slice(0, 100).map((run) => this.run(run)),
        color: color(job),
        firstBuild: () => (history.length > 0 ? this.run(history.at(-1)!) : null),
        healthReport: [],
        inQueue: () => this.queue.ofJob(job) !== undefined,
        keepDependencies: false,
        ...Object.fromEntries(Object.entries(permalinks).map(([name, matches]) => [name, last(matches)])),
        nextBuildNumber: job.nextNumber,
        property,
        queueItem: () => {
          const item = this.queue.ofJob(job);
          return item ? this.queueItem(item) : null;
        },
        concurrentBuild: config.concurrent,
        disabled: config.disabled,
        downstreamProjects: [],
        labelExpression: null,
        scm: exported(config.git ? "hudson.plugins.git.GitSCM" : "hudson.scm.NullSCM", 1, {}),
        upstreamProjects: [],
      },
      { name: 3, url: 3, color: 2, allBuilds: 0 },
    );
  }

  run(run: Run): Exported {
    const { job, number, phase } = run;
    return exported(
      "hudson.model.FreeStyleBuild",
      1,
      {
        actions: () => (run.showsActions ? [...actions(run), unexported, unexported] : [unexported]),
        artifacts: [],
        building: phase === "building",
        description: run.description,
        displayName: `#${number}`,
        duration: run.durationMs,
        estimatedDuration: () => estimatedMs(job),
        executor: phase === "over" ? null : unexported,
        fullDisplayName: `${job.fullName.replaceAll("/", " » ")} #${number}`,
        id: String(number),
        inProgress: phase !== "over",
        keepLog: run.keepLog,
        number,
        queueId: run.queueId,
        result: run.result,
        timestamp: run.startedAt,
        url: this.base + run.path,
        builtOn: "",
        changeSet: exported(
          job.config.git ? "hudson.plugins.git.GitChangeSetList" : "hudson.scm.EmptyChangeLogSet",
          2,
          {
            items: [],
            kind: job.config.git ? "git" : null,
          },
        ),
        culprits: [],
      },
      { number: 2, url: 2 },
    );
  }

  queueItem(item: QueueItem): Exported {
    const { stage, job } = item;
    const task = exported(projectClass, 3, { name: job.name, url: this.base + job.path, color: color(job) });
    return exported(`hudson.model.Queue$${queueClasses[stage]}`, 2, {
      actions: actions(item),
      blocked: stage === "blocked",
      buildable: stage === "buildable",
      id: item.id,
      inQueueSince: item.since,
      params: item.parameters.map(({ type, name, value }) => `\n${name}=${isSecret(type) ? "******" : value}`).join(""),
      stuck: false,
      task,
      url: `queue/item/${item.id}/`,
      why: this.why(item),
      ...(stage === "waiting" && { timestamp: item.dueAt }),
      ...((stage === "blocked" || stage === "buildable") && {
        buildableStartMilliseconds: item.buildableSince || item.dueAt,
      }),
      ...(stage === "buildable" && { pending: false }),
      ...(stage === "left" && {
        cancelled: item.isCancelled,
        executable: item.run
          ? exported("hudson.model.FreeStyleBuild", 3, { number: item.run.number, url: this.base + item.run.path })
          : null,
      }),
    });
  }

  queueOverview(): Exported {
    const items = () => this.queue.items.map((item) => this.queueItem(item));
    return exported("hudson.model.Queue", 1, { discoverableItems: [], items });
  }

  crumb(crumb: string): Exported {
    return exported("hudson.security.csrf.DefaultCrumbIssuer", 1, { crumb, crumbRequestField: crumbField });
  }

  whoAmI(name: string | undefined): Exported {
    return exported("hudson.security.WhoAmI", 1, {
      anonymous: name === undefined,
      authenticated: true,
      authorities: name === undefined ? ["anonymous"] : ["authenticated"],
      details: null,
      name: name ?? "anonymous",
      toString: "sandbox",
    });
  }

  private why({ stage, dueAt, job }: QueueItem): string | null {
    switch (stage) {
      case "waiting": {
        const seconds = (dueAt - Date.now()) / 1000;
        return seconds > 0 ? `In the quiet period. Expires in ${seconds.toFixed(1)} sec` : "Finished waiting";
      }
      case "blocked":
        return `Build #${job.nextNumber - 1} is already in progress (ETA: N/A)`;
      case "buildable":
        return this.queue.isQuietingDown ? "Jenkins is about to shut down" : "Waiting for next available executor";
      case "left":
        return null;
    }
  }
}

const queueClasses = { waiting: "WaitingItem", blocked: "BlockedItem", buildable: "BuildableItem", left: "LeftItem" };

/** The class of the values of a parameter definition. */
export function valueClass(definition: string): string {
  return definition === "hudson.model.TextParameterDefinition"
    ? "hudson.model.TextParameterValue"
    : definition.replace("Choice", "String").replace("Definition", "Value");
}

function isSecret(type: string): boolean {
  return type === "hudson.model.PasswordParameterValue";
}

function actions(of: { readonly parameters: readonly Parameter[]; readonly causes: readonly Cause[] }): Exported[] {
  const parameters = of.parameters.map(({ type, name, value }) =>
    exported(type, 3, isSecret(type) ? { name } : { name, value }),
  );
  const causes = of.causes.map(({ type, userId, times }) =>
    exported(type, 3, {
      shortDescription: `Started by user ${userId}${times > 1 ? ` (${times} times)` : ""}`,
      userId,
      userName: userId,
    }),
  );
  return [
    ...(parameters.length > 0 ? [exported("hudson.model.ParametersAction", 2, { parameters })] : []),
    exported("hudson.model.CauseAction", 2, { causes }),
  ];
}
