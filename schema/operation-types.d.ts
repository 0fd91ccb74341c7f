// Made by `npm run schema` from schema.graphql and operations/.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends " $fragmentName" | "__typename" ? T[P] : never };
export type AbortBuildInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type ActorKind = "MEMBER" | "PLATFORM";

export type AdoptDriftInput = {
  appId: string;
  expectedVersion?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
  paths?: Array<string> | null | undefined;
};

export type AllowNamespaceInput = {
  domains?: Array<string> | null | undefined;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  repositories?: Array<string> | null | undefined;
};

export type AppFilterInput = {
  namespaceId?: string | null | undefined;
  phases?: Array<AppPhase> | null | undefined;
  search?: string | null | undefined;
};

export type AppInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type AppPhase = "APPROVED" | "DRAFT" | "IN_REVIEW" | "REJECTED" | "RETIRED";

export type AppSpecInput = {
  args?: Array<string>;
  autoscaling?: AutoscalingInput | null | undefined;
  buildPath?: string;
  command?: Array<string>;
  dockerfilePath?: string;
  environment?: Array<EnvironmentVariableInput>;
  language: Language;
  livenessProbe?: ProbeInput | null | undefined;
  ports?: Array<PortInput>;
  publicHost?: string | null | undefined;
  readinessProbe?: ProbeInput | null | undefined;
  replicas?: number;
  repository: RepositoryInput;
  resources?: ResourcesInput;
  security?: SecurityInput | null | undefined;
};

export type ApplyPlanInput = {
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type AutoscalingInput = {
  cpuPercent?: number;
  maxReplicas: number;
  minReplicas: number;
};

export type BuildFilterInput = {
  appId?: string | null | undefined;
  namespaceId?: string | null | undefined;
  phases?: Array<BuildPhase> | null | undefined;
};

export type BuildLogPieceKind = "GAP" | "TEXT";

export type BuildParameterInput = {
  name: string;
  value: string;
};

export type BuildPhase = "ABORTED" | "FAILED" | "QUEUED" | "RUNNING" | "SUCCEEDED";

export type Capability =
  | "AUDIT_WRITE"
  | "CHOWN"
  | "DAC_OVERRIDE"
  | "FOWNER"
  | "FSETID"
  | "KILL"
  | "MKNOD"
  | "NET_BIND_SERVICE"
  | "SETFCAP"
  | "SETGID"
  | "SETPCAP"
  | "SETUID"
  | "SYS_CHROOT";

export type CloseMemberInput = {
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type ConditionCode =
  | "APP_RETIRED"
  | "BUILD_FAILED"
  | "BUILD_QUEUED"
  | "CONTAINER_CONFIG"
  | "CRASH_LOOP"
  | "DEADLINE"
  | "HOST_REFUSED"
  | "IMAGE_PULL"
  | "NOT_BUILT"
  | "NOT_IMPORTABLE"
  | "OBJECT_IMMUTABLE"
  | "OBJECT_TERMINATING"
  | "OUT_OF_MEMORY"
  | "PAUSED"
  | "PLAN_STALE"
  | "POD_SECURITY"
  | "PROBE_FAILING"
  | "PUBLICATION_CANCELLED"
  | "QUOTA"
  | "REF_NOT_FOUND"
  | "RELEASES_SUSPENDED"
  | "RELEASE_REPLACED"
  | "REPOSITORY_NOT_ALLOWED"
  | "REPOSITORY_NOT_FOUND"
  | "ROLLOUT_FAILED"
  | "RUN_LOST"
  | "TEMPLATE_INVALID"
  | "TOO_MANY_FAILURES"
  | "UNSCHEDULABLE"
  | "UNSTABLE"
  | "UPSTREAM_REJECTED"
  | "UPSTREAM_UNAVAILABLE"
  | "WAITING_FOR_JOB"
  | "WAITING_FOR_NAMESPACE";

export type ContainerPhase = "RUNNING" | "TERMINATED" | "WAITING";

export type CreateAppInput = {
  description?: string | null | undefined;
  displayName?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  name: string;
  namespaceId: string;
  spec: AppSpecInput;
};

export type CreateMemberInput = {
  email: string;
  idempotencyKey?: string | null | undefined;
  name: string;
  password: string;
};

export type CreateNamespaceInput = {
  autoRollBack?: boolean | null | undefined;
  displayName?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  name: string;
  registry?: RegistryInput | null | undefined;
};

export type CreateTemplateInput = {
  appId?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  kind: TemplateKind;
  namespaceId?: string | null | undefined;
  note?: string | null | undefined;
  source?: string | null | undefined;
};

export type DeclareVariableInput = {
  allowed?: Array<string> | null | undefined;
  defaultValue?: any;
  description: string;
  idempotencyKey?: string | null | undefined;
  isRequired?: boolean | null | undefined;
  isSecret?: boolean | null | undefined;
  name: string;
  pattern?: string | null | undefined;
  type: VariableType;
};

export type DriftState = "DRIFTED" | "NONE" | "NOT_LIVE" | "UNKNOWN" | "UNSETTLED";

export type EnvironmentVariableInput = {
  name: string;
  value: string;
};

export type FieldDriftKind = "ADDED" | "CHANGED" | "REMOVED";

export type ImportAppsInput = {
  apps: Array<ImportedAppInput>;
  idempotencyKey?: string | null | undefined;
  namespaceId: string;
};

export type ImportNamespacesInput = {
  idempotencyKey?: string | null | undefined;
  names?: Array<string> | null | undefined;
};

export type ImportedAppInput = {
  buildPath?: string;
  displayName?: string | null | undefined;
  dockerfilePath?: string;
  language: Language;
  name: string;
  repository: RepositoryInput;
};

export type JournalFilterInput = {
  appId?: string | null | undefined;
  events?: Array<string> | null | undefined;
  namespaceId?: string | null | undefined;
};

export type Language = "GO" | "JAVA" | "NODE" | "PYTHON" | "STATIC";

export type LiftLoginDelayInput = {
  idempotencyKey?: string | null | undefined;
  memberId: string;
};

export type LogEndReason = "POD_DELETED" | "POD_FINISHED" | "PREVIOUS_RUN";

export type LogEventKind = "ENDED" | "GAP" | "LINE" | "RESTARTED";

export type LoginInput = {
  email: string;
  password: string;
};

export type MarkNotificationsReadInput = {
  idempotencyKey?: string | null | undefined;
  ids?: Array<string> | null | undefined;
};

export type MemberState = "ACTIVE" | "CLOSED";

export type NamespacePhase = "FAILED" | "PENDING" | "READY";

export type ObjectAction = "CREATE" | "DELETE" | "REPLACE" | "UPDATE";

export type PinTemplateInput = {
  appId?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  namespaceId?: string | null | undefined;
  versionId: string;
};

export type PlanChangesInput = {
  buildId?: string | null | undefined;
  revisionId?: string | null | undefined;
  spec?: AppSpecInput | null | undefined;
};

export type PlanReleaseInput = {
  appId: string;
  changes?: PlanChangesInput | null | undefined;
  idempotencyKey?: string | null | undefined;
};

export type PlanWarningCode =
  | "CLAIM_MISSING"
  | "CONFIG_MAP_MISSING"
  | "HOST_TAKEN"
  | "NAMESPACE_MISSING"
  | "NO_IMAGE_YET"
  | "PROBE_PORT_NOT_EXPOSED"
  | "QUOTA_EXCEEDED"
  | "REPLICAS_ABOVE_NODES"
  | "SECRET_MISSING"
  | "UNCHECKED";

export type PodPhase = "FAILED" | "PENDING" | "RUNNING" | "SUCCEEDED" | "UNKNOWN";

export type PodSecurity = "BASELINE" | "PRIVILEGED" | "RESTRICTED";

export type PortInput = {
  name: string;
  port: number;
  protocol?: PortProtocol;
};

export type PortProtocol = "TCP" | "UDP";

export type ProbeInput = {
  command?: Array<string> | null | undefined;
  failureThreshold?: number;
  initialDelaySeconds?: number;
  kind: ProbeKind;
  path?: string | null | undefined;
  periodSeconds?: number;
  port?: number | null | undefined;
  successThreshold?: number;
  timeoutSeconds?: number;
};

export type ProbeKind = "EXEC" | "HTTP" | "TCP";

export type PublicationAppPhase =
  "FAILED" | "RELEASING" | "ROLLED_BACK" | "ROLLING_BACK" | "SKIPPED" | "SUCCEEDED" | "UNCHANGED" | "WAITING";

export type PublicationFilterInput = {
  open?: boolean | null | undefined;
  templateId?: string | null | undefined;
};

export type PublicationInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type PublicationPhase = "CANCELLED" | "CANCELLING" | "RUNNING" | "STOPPED" | "SUCCEEDED";

export type PublicationStageInput = {
  namespaceIds: Array<string>;
};

export type PublishTemplateInStagesInput = {
  atOnce?: number | null | undefined;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  stages: Array<PublicationStageInput>;
  toleratedFailures?: number | null | undefined;
};

export type RefInput = {
  kind: RefKind;
  name: string;
};

export type RefKind = "BRANCH" | "TAG";

export type RefreshSessionInput = {
  refreshToken: string;
};

export type RegistryInput = {
  password?: string | null | undefined;
  server: string;
  username?: string | null | undefined;
};

export type RejectAppInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  reason: string;
};

export type RepairDriftInput = {
  appId: string;
  idempotencyKey?: string | null | undefined;
};

export type RepositoryInput = {
  path: string;
  provider: SourceProvider;
};

export type ResourceAmountsInput = {
  cpu: string;
  memory: string;
};

export type ResourcesInput = {
  limits?: ResourceAmountsInput;
  requests?: ResourceAmountsInput;
};

export type RestoreTemplateVersionInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  number: number;
};

export type ResumeReleasesInput = {
  appId: string;
  idempotencyKey?: string | null | undefined;
};

export type RetireAppInput = {
  confirmName: string;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type ReviewDecision = "APPROVED" | "PENDING" | "REJECTED";

export type RevokeSessionInput = {
  id?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
};

export type Role = "ADMINISTRATOR" | "DEVELOPER" | "VIEWER";

export type RoleInput = {
  idempotencyKey?: string | null | undefined;
  memberId: string;
  namespaceId?: string | null | undefined;
  role: Role;
};

export type RollBackInput = {
  idempotencyKey?: string | null | undefined;
  toReleaseId: string;
};

export type RolloutCause =
  "APPROVAL" | "AUTOMATIC_ROLL_BACK" | "BUILD" | "DRIFT_REPAIR" | "IMPORT" | "PLAN" | "PUBLICATION" | "ROLL_BACK";

export type RolloutFilterInput = {
  appId?: string | null | undefined;
  namespaceId?: string | null | undefined;
  phases?: Array<RolloutPhase> | null | undefined;
};

export type RolloutPhase = "FAILED" | "PENDING" | "PROGRESSING" | "SUCCEEDED" | "SUPERSEDED";

export type SaveTemplateDraftInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  note?: string | null | undefined;
  source: string;
};

export type SecurityInput = {
  capabilities?: Array<Capability>;
  runAsRoot?: boolean;
  runAsUser?: number | null | undefined;
};

export type SetVariableInput = {
  appId?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  namespaceId?: string | null | undefined;
  value: any;
  variableId: string;
};

export type SourceProvider = "GITHUB";

export type StartBuildInput = {
  appId: string;
  idempotencyKey?: string | null | undefined;
  parameters?: Array<BuildParameterInput> | null | undefined;
  ref: RefInput;
};

export type TemplateFilterInput = {
  appId?: string | null | undefined;
  archived?: boolean | null | undefined;
  kinds?: Array<TemplateKind> | null | undefined;
  namespaceId?: string | null | undefined;
};

export type TemplateInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type TemplateKind =
  | "BUILD_COMMAND_GO"
  | "BUILD_COMMAND_JAVA"
  | "BUILD_COMMAND_NODE"
  | "BUILD_COMMAND_PYTHON"
  | "BUILD_COMMAND_STATIC"
  | "CONFIG_MAP"
  | "CRON_JOB"
  | "DEPLOYMENT"
  | "DOCKERFILE_GO"
  | "DOCKERFILE_JAVA"
  | "DOCKERFILE_NODE"
  | "DOCKERFILE_PYTHON"
  | "DOCKERFILE_STATIC"
  | "EXTERNAL_ENDPOINTS"
  | "EXTERNAL_SERVICE"
  | "HORIZONTAL_POD_AUTOSCALER"
  | "IMAGE_PULL_SECRET"
  | "INGRESS"
  | "INIT_CONTAINER"
  | "ISTIO_GATEWAY"
  | "ISTIO_SERVICE_ENTRY"
  | "ISTIO_VIRTUAL_SERVICE"
  | "JENKINS_JOB"
  | "JOB"
  | "LOG_COLLECTOR_CONFIG"
  | "LOG_COLLECTOR_CONTAINER"
  | "NAMESPACE"
  | "NAMESPACE_NETWORK_POLICY"
  | "NETWORK_POLICY"
  | "NOTIFICATION_CHAT"
  | "NOTIFICATION_EMAIL"
  | "NOTIFICATION_EMAIL_HTML"
  | "NOTIFICATION_WEBHOOK"
  | "PERSISTENT_VOLUME_CLAIM"
  | "PROXY_CONTAINER"
  | "SECRET"
  | "SERVICE"
  | "SERVICE_ACCOUNT"
  | "STATEFUL_SET"
  | "STORAGE_CLASS";

export type TemplateLanguage = "DOCKERFILE" | "HTML" | "SHELL" | "TEXT" | "XML" | "YAML";

export type TemplateLevel = "APP" | "NAMESPACE" | "PLATFORM" | "SEED";

export type TemplatePinFilterInput = {
  appId?: string | null | undefined;
  ended?: boolean | null | undefined;
  namespaceId?: string | null | undefined;
  templateId?: string | null | undefined;
};

export type TemplateUse = "APP" | "CATALOGUE" | "LIBRARY" | "NAMESPACE";

export type UnpinTemplateInput = {
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type UpdateAppInput = {
  description?: string | null | undefined;
  displayName?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  spec?: AppSpecInput | null | undefined;
};

export type UpdateNamespaceInput = {
  autoRollBack?: boolean | null | undefined;
  displayName?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  isIsolated?: boolean | null | undefined;
  podSecurity?: PodSecurity | null | undefined;
  registry?: RegistryInput | null | undefined;
};

export type UpdateVariableInput = {
  allowed?: Array<string> | null | undefined;
  defaultValue?: any;
  description?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
  isRequired?: boolean | null | undefined;
  pattern?: string | null | undefined;
};

export type VariableInput = {
  expectedVersion?: number | null | undefined;
  id: string;
  idempotencyKey?: string | null | undefined;
};

export type VariableLevel = "APP" | "DEFAULT" | "NAMESPACE" | "PLATFORM";

export type VariablePlaceInput = {
  appId?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  namespaceId?: string | null | undefined;
  variableId: string;
};

export type VariableType = "BOOLEAN" | "LIST" | "NUMBER" | "TEXT";

export type CloseMemberMutationVariables = Exact<{
  input: CloseMemberInput;
}>;

export type CloseMemberMutation = {
  closeMember: { cursor: string; member: { id: string; name: string; state: MemberState } };
};

export type CreateMemberMutationVariables = Exact<{
  input: CreateMemberInput;
}>;

export type CreateMemberMutation = {
  createMember: { cursor: string; member: { id: string; name: string; state: MemberState } };
};

export type GrantRoleMutationVariables = Exact<{
  input: RoleInput;
}>;

export type GrantRoleMutation = {
  grantRole: {
    cursor: string;
    member: { id: string; roles: Array<{ role: Role; namespace: { name: string } | null }> };
  };
};

export type LiftLoginDelayMutationVariables = Exact<{
  input: LiftLoginDelayInput;
}>;

export type LiftLoginDelayMutation = {
  liftLoginDelay: { cursor: string; member: { id: string; name: string; state: MemberState } };
};

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;

export type LoginMutation = {
  login: {
    accessToken: string;
    accessTokenExpiresAt: string;
    refreshToken: string;
    cursor: string;
    member: { id: string; name: string };
  };
};

export type LogoutMutationVariables = Exact<{ [key: string]: never }>;

export type LogoutMutation = { logout: { cursor: string; session: { id: string } } };

export type MembersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type MembersQuery = {
  members: {
    totalCount: number;
    nodes: Array<{
      id: string;
      name: string;
      state: MemberState;
      roles: Array<{ role: Role; namespace: { name: string } | null }>;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type RateLimitQueryVariables = Exact<{ [key: string]: never }>;

export type RateLimitQuery = { rateLimit: { limit: number; cost: number; remaining: number; resetAt: string } };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;

export type RefreshSessionMutation = {
  refreshSession: { accessToken: string; accessTokenExpiresAt: string; refreshToken: string; cursor: string };
};

export type RevokeRoleMutationVariables = Exact<{
  input: RoleInput;
}>;

export type RevokeRoleMutation = {
  revokeRole: {
    cursor: string;
    member: { id: string; roles: Array<{ role: Role; namespace: { name: string } | null }> };
  };
};

export type RevokeSessionMutationVariables = Exact<{
  input: RevokeSessionInput;
}>;

export type RevokeSessionMutation = { revokeSession: { cursor: string; session: { id: string } } };

export type ViewerQueryVariables = Exact<{
  namespace?: string | null | undefined;
}>;

export type ViewerQuery = {
  viewer: {
    email: string;
    permissions: Array<string>;
    permissionsHere: Array<string>;
    member: { id: string; name: string };
    roles: Array<{ role: Role; namespace: { name: string } | null }>;
    sessions: Array<{ id: string; userAgent: string | null; lastUsedAt: string; expiresAt: string }>;
  };
};

export type AppAtQueryVariables = Exact<{
  app: string;
  time: string;
}>;

export type AppAtQuery = {
  app: {
    id: string;
    at: {
      at: string;
      revision: { number: number; spec: { replicas: number; environment: Array<{ name: string; value: string }> } };
      approvedRevision: { number: number } | null;
      rollout: { number: number; cause: RolloutCause } | null;
      release: {
        number: number;
        image: string;
        templateVersions: Array<{ name: string; version: string }>;
        objects: Array<{ kind: string; name: string; yaml: string }>;
      } | null;
    } | null;
  } | null;
};

export type AppManifestsQueryVariables = Exact<{
  id: string;
}>;

export type AppManifestsQuery = {
  app: { id: string; manifests: { job: string; objects: Array<{ kind: string; name: string; yaml: string }> } } | null;
};

export type AppQueryVariables = Exact<{
  id?: string | null | undefined;
  namespace?: string | null | undefined;
  name?: string | null | undefined;
}>;

export type AppQuery = {
  app: {
    id: string;
    name: string;
    displayName: string;
    description: string;
    phase: AppPhase;
    rejectionReason: string | null;
    providedAt: string | null;
    removedAt: string | null;
    version: number;
    condition: { code: ConditionCode; message: string; since: string } | null;
    namespace: { id: string; name: string };
    revision: { id: string; number: number };
    approvedRevision: { id: string; number: number } | null;
    spec: {
      language: Language;
      buildPath: string;
      dockerfilePath: string;
      replicas: number;
      command: Array<string>;
      args: Array<string>;
      publicHost: string | null;
      repository: { provider: SourceProvider; path: string };
      ports: Array<{ name: string; port: number; protocol: PortProtocol }>;
      autoscaling: { minReplicas: number; maxReplicas: number; cpuPercent: number } | null;
      resources: { requests: { cpu: string; memory: string }; limits: { cpu: string; memory: string } };
      environment: Array<{ name: string; value: string }>;
      readinessProbe: {
        kind: ProbeKind;
        path: string | null;
        port: number | null;
        command: Array<string> | null;
        initialDelaySeconds: number;
        periodSeconds: number;
        timeoutSeconds: number;
        successThreshold: number;
        failureThreshold: number;
      } | null;
      livenessProbe: {
        kind: ProbeKind;
        path: string | null;
        port: number | null;
        command: Array<string> | null;
        initialDelaySeconds: number;
        periodSeconds: number;
        timeoutSeconds: number;
        successThreshold: number;
        failureThreshold: number;
      } | null;
      security: { runAsUser: number | null; runAsRoot: boolean; capabilities: Array<Capability> } | null;
    };
    pods: Array<{
      name: string;
      phase: PodPhase;
      ready: boolean;
      leaving: boolean;
      containers: Array<{
        name: string;
        image: string;
        phase: ContainerPhase;
        ready: boolean;
        restarts: number;
        reason: string | null;
        message: string | null;
      }>;
    }>;
    lastBuild: { id: string; number: number; phase: BuildPhase } | null;
    lastRollout: {
      id: string;
      number: number;
      phase: RolloutPhase;
      cause: RolloutCause;
      release: { id: string; number: number; image: string; build: { id: string } | null };
    } | null;
  } | null;
};

export type ProbeFragment = {
  kind: ProbeKind;
  path: string | null;
  port: number | null;
  command: Array<string> | null;
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  successThreshold: number;
  failureThreshold: number;
};

export type AppsQueryVariables = Exact<{
  filter?: AppFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type AppsQuery = {
  apps: {
    totalCount: number;
    nodes: Array<{
      id: string;
      name: string;
      displayName: string;
      phase: AppPhase;
      namespace: { name: string };
      lastBuild: { number: number; phase: BuildPhase; refName: string } | null;
      lastRollout: {
        number: number;
        phase: RolloutPhase;
        progress: { wanted: number; ready: number };
        condition: { code: ConditionCode; message: string } | null;
      } | null;
      pods: Array<{ name: string; phase: PodPhase; ready: boolean }>;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type CreateAppMutationVariables = Exact<{
  input: CreateAppInput;
}>;

export type CreateAppMutation = {
  createApp: {
    cursor: string;
    app: { id: string; name: string; phase: AppPhase; version: number; revision: { number: number } };
  };
};

export type PendingChangesQueryVariables = Exact<{
  id: string;
}>;

export type PendingChangesQuery = {
  app: {
    id: string;
    pendingChanges: Array<{
      action: ObjectAction;
      kind: string;
      name: string;
      fields: Array<{ path: string; before: any; after: any; isSecret: boolean }>;
    }>;
  } | null;
};

export type PodsChangedSubscriptionVariables = Exact<{
  app: string;
  after?: string | null | undefined;
}>;

export type PodsChangedSubscription = {
  podsChanged: {
    cursor: string;
    pods: Array<{
      name: string;
      phase: PodPhase;
      ready: boolean;
      leaving: boolean;
      node: string | null;
      startedAt: string | null;
      containers: Array<{
        name: string;
        image: string;
        phase: ContainerPhase;
        ready: boolean;
        restarts: number;
        reason: string | null;
        message: string | null;
      }>;
    }>;
  };
};

export type RetireAppMutationVariables = Exact<{
  input: RetireAppInput;
}>;

export type RetireAppMutation = {
  retireApp: { cursor: string; app: { id: string; phase: AppPhase; version: number } };
};

export type SubmitAppMutationVariables = Exact<{
  input: AppInput;
}>;

export type SubmitAppMutation = {
  submitApp: { cursor: string; app: { id: string; phase: AppPhase; version: number } };
};

export type UpdateAppMutationVariables = Exact<{
  input: UpdateAppInput;
}>;

export type UpdateAppMutation = {
  updateApp: {
    cursor: string;
    app: { id: string; phase: AppPhase; version: number; displayName: string; revision: { number: number } };
  };
};

export type JournalEventsSubscriptionVariables = Exact<{
  filter?: JournalFilterInput | null | undefined;
  after?: string | null | undefined;
}>;

export type JournalEventsSubscription = {
  journalEvents: {
    cursor: string;
    entry: { position: number; recordedAt: string; event: string; actorName: string; subjectId: string; data: any };
  };
};

export type JournalQueryVariables = Exact<{
  filter?: JournalFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type JournalQuery = {
  journal: {
    totalCount: number;
    nodes: Array<{
      id: string;
      position: number;
      recordedAt: string;
      event: string;
      actorKind: ActorKind;
      actorName: string;
      subjectId: string;
      data: any;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type AbortBuildMutationVariables = Exact<{
  input: AbortBuildInput;
}>;

export type AbortBuildMutation = {
  abortBuild: { cursor: string; build: { id: string; number: number; phase: BuildPhase } };
};

export type BuildChangedSubscriptionVariables = Exact<{
  build: string;
  after?: string | null | undefined;
}>;

export type BuildChangedSubscription = {
  buildChanged: {
    cursor: string;
    build: {
      id: string;
      number: number;
      phase: BuildPhase;
      commit: string | null;
      startedAt: string | null;
      finishedAt: string | null;
      condition: { code: ConditionCode; message: string; since: string } | null;
    };
  };
};

export type BuildLogSubscriptionVariables = Exact<{
  build: string;
  after?: string | null | undefined;
}>;

export type BuildLogSubscription = { buildLog: { kind: BuildLogPieceKind; text: string; cursor: string } };

export type BuildQueryVariables = Exact<{
  id: string;
}>;

export type BuildQuery = {
  build: {
    id: string;
    number: number;
    phase: BuildPhase;
    refKind: RefKind;
    refName: string;
    commit: string | null;
    image: string;
    queuedAt: string;
    startedAt: string | null;
    finishedAt: string | null;
    url: string | null;
    logBytes: number;
    logTrimmedAt: string | null;
    version: number;
    parameters: Array<{ name: string; value: string }>;
    condition: { code: ConditionCode; message: string; since: string } | null;
    requestedBy: { name: string };
    abortRequestedBy: { name: string } | null;
    app: { id: string; name: string };
  } | null;
};

export type BuildsQueryVariables = Exact<{
  filter?: BuildFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type BuildsQuery = {
  builds: {
    totalCount: number;
    nodes: Array<{
      id: string;
      number: number;
      phase: BuildPhase;
      refKind: RefKind;
      refName: string;
      commit: string | null;
      image: string;
      queuedAt: string;
      startedAt: string | null;
      finishedAt: string | null;
      url: string | null;
      condition: { code: ConditionCode; message: string } | null;
      requestedBy: { name: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type StartBuildMutationVariables = Exact<{
  input: StartBuildInput;
}>;

export type StartBuildMutation = {
  startBuild: {
    cursor: string;
    build: { id: string; number: number; phase: BuildPhase; image: string; version: number };
  };
};

export type AdoptDriftMutationVariables = Exact<{
  input: AdoptDriftInput;
}>;

export type AdoptDriftMutation = {
  adoptDrift: { cursor: string; app: { id: string; version: number; revision: { id: string; number: number } } };
};

export type DriftChangedSubscriptionVariables = Exact<{
  app?: string | null | undefined;
  namespace?: string | null | undefined;
  after?: string | null | undefined;
}>;

export type DriftChangedSubscription = {
  driftChanged: {
    cursor: string;
    drifts: Array<{
      state: DriftState;
      app: { id: string; name: string };
      objects: Array<{
        kind: string;
        name: string;
        isMissing: boolean;
        fields: Array<{
          path: string;
          kind: FieldDriftKind;
          wanted: any;
          live: any;
          isSecret: boolean;
          setBy: string | null;
          setAt: string | null;
        }>;
      }>;
    }>;
  };
};

export type DriftQueryVariables = Exact<{
  app: string;
}>;

export type DriftQuery = {
  app: {
    id: string;
    drift: {
      state: DriftState;
      release: { id: string; number: number } | null;
      objects: Array<{
        kind: string;
        name: string;
        isMissing: boolean;
        fields: Array<{
          path: string;
          kind: FieldDriftKind;
          wanted: any;
          live: any;
          isSecret: boolean;
          setBy: string | null;
          setAt: string | null;
        }>;
      }>;
    };
  } | null;
};

export type AppDriftFragment = {
  state: DriftState;
  release: { id: string; number: number } | null;
  objects: Array<{
    kind: string;
    name: string;
    isMissing: boolean;
    fields: Array<{
      path: string;
      kind: FieldDriftKind;
      wanted: any;
      live: any;
      isSecret: boolean;
      setBy: string | null;
      setAt: string | null;
    }>;
  }>;
};

export type RepairDriftMutationVariables = Exact<{
  input: RepairDriftInput;
}>;

export type RepairDriftMutation = {
  repairDrift: {
    cursor: string;
    rollout: { id: string; number: number; phase: RolloutPhase; cause: RolloutCause; release: { number: number } };
  };
};

export type ExportNamespaceQueryVariables = Exact<{
  namespace: string;
}>;

export type ExportNamespaceQuery = {
  exportNamespace: { path: string; hash: string; fileCount: number; files: Array<string> };
};

export type ImportAppsMutationVariables = Exact<{
  input: ImportAppsInput;
}>;

export type ImportAppsMutation = {
  importApps: {
    cursor: string;
    apps: Array<{
      id: string;
      name: string;
      phase: AppPhase;
      lastRollout: { id: string; phase: RolloutPhase; cause: RolloutCause } | null;
    }>;
  };
};

export type ImportableAppsQueryVariables = Exact<{
  namespace: string;
}>;

export type ImportableAppsQuery = {
  importableApps: Array<{
    name: string;
    image: string;
    spec: any;
    notes: Array<string>;
    condition: { code: ConditionCode; message: string } | null;
    changes: Array<{
      action: ObjectAction;
      kind: string;
      name: string;
      fields: Array<{ path: string; before: any; after: any }>;
    }>;
  }>;
};

export type AllowNamespaceMutationVariables = Exact<{
  input: AllowNamespaceInput;
}>;

export type AllowNamespaceMutation = {
  allowNamespace: {
    cursor: string;
    namespace: { id: string; name: string; domains: Array<string>; repositories: Array<string>; version: number };
  };
};

export type CreateNamespaceMutationVariables = Exact<{
  input: CreateNamespaceInput;
}>;

export type CreateNamespaceMutation = {
  createNamespace: {
    cursor: string;
    namespace: { id: string; name: string; displayName: string; phase: NamespacePhase; version: number };
  };
};

export type ImportNamespacesMutationVariables = Exact<{
  input: ImportNamespacesInput;
}>;

export type ImportNamespacesMutation = {
  importNamespaces: { cursor: string; namespaces: Array<{ id: string; name: string; phase: NamespacePhase }> };
};

export type NamespaceQueryVariables = Exact<{
  id?: string | null | undefined;
  name?: string | null | undefined;
}>;

export type NamespaceQuery = {
  namespace: {
    id: string;
    name: string;
    displayName: string;
    phase: NamespacePhase;
    autoRollBack: boolean;
    registryServer: string | null;
    domains: Array<string>;
    repositories: Array<string>;
    podSecurity: PodSecurity | null;
    isIsolated: boolean;
    version: number;
    condition: { code: ConditionCode; message: string; since: string } | null;
  } | null;
};

export type NamespacesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type NamespacesQuery = {
  namespaces: {
    totalCount: number;
    nodes: Array<{
      id: string;
      name: string;
      displayName: string;
      phase: NamespacePhase;
      autoRollBack: boolean;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type UpdateNamespaceMutationVariables = Exact<{
  input: UpdateNamespaceInput;
}>;

export type UpdateNamespaceMutation = {
  updateNamespace: {
    cursor: string;
    namespace: {
      id: string;
      name: string;
      displayName: string;
      autoRollBack: boolean;
      registryServer: string | null;
      podSecurity: PodSecurity | null;
      isIsolated: boolean;
      version: number;
    };
  };
};

export type MarkNotificationsReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;

export type MarkNotificationsReadMutation = { markNotificationsRead: { unreadCount: number; cursor: string } };

export type NotificationAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;

export type NotificationAddedSubscription = {
  notificationAdded: {
    cursor: string;
    notification: { id: string; title: string; body: string; subjectId: string | null; createdAt: string };
  };
};

export type NotificationsQueryVariables = Exact<{
  unreadOnly?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type NotificationsQuery = {
  notifications: {
    totalCount: number;
    nodes: Array<{
      id: string;
      title: string;
      body: string;
      subjectId: string | null;
      createdAt: string;
      readAt: string | null;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type ApplyPlanMutationVariables = Exact<{
  input: ApplyPlanInput;
}>;

export type ApplyPlanMutation = {
  applyPlan: {
    cursor: string;
    plan: {
      id: string;
      hash: string;
      appliedAt: string | null;
      rollout: { id: string; number: number; phase: RolloutPhase; cause: RolloutCause } | null;
    };
  };
};

export type PlanReleaseMutationVariables = Exact<{
  input: PlanReleaseInput;
}>;

export type PlanReleaseMutation = {
  planRelease: {
    cursor: string;
    plan: {
      id: string;
      hash: string;
      releaseNumber: number;
      image: string | null;
      objects: Array<{
        action: ObjectAction;
        kind: string;
        name: string;
        condition: { code: ConditionCode; message: string } | null;
        fields: Array<{ path: string; before: any; after: any; isSecret: boolean }>;
      }>;
      job: Array<{ oldStart: number; oldLines: number; newStart: number; newLines: number; lines: Array<string> }>;
      warnings: Array<{ code: PlanWarningCode; message: string; object: string | null }>;
    };
  };
};

export type PlansQueryVariables = Exact<{
  app: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type PlansQuery = {
  app: {
    plans: {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
      nodes: Array<{
        id: string;
        hash: string;
        releaseNumber: number;
        createdAt: string;
        appliedAt: string | null;
        createdBy: { name: string };
        revision: { number: number } | null;
        rollout: { number: number; phase: RolloutPhase } | null;
      }>;
    };
  } | null;
};

export type AppLogSubscriptionVariables = Exact<{
  app: string;
  containers?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
}>;

export type AppLogSubscription = {
  appLog: {
    kind: LogEventKind;
    pod: string;
    container: string;
    at: string | null;
    text: string | null;
    continues: boolean;
    reason: LogEndReason | null;
    cursor: string;
  };
};

export type PodLogSubscriptionVariables = Exact<{
  app: string;
  pod: string;
  container?: string | null | undefined;
  after?: string | null | undefined;
  tailLines?: number | null | undefined;
  sinceTime?: string | null | undefined;
  previous?: boolean | null | undefined;
}>;

export type PodLogSubscription = {
  podLog: {
    kind: LogEventKind;
    at: string | null;
    text: string | null;
    continues: boolean;
    reason: LogEndReason | null;
    cursor: string;
  };
};

export type CancelPublicationMutationVariables = Exact<{
  input: PublicationInput;
}>;

export type CancelPublicationMutation = {
  cancelPublication: {
    cursor: string;
    publication: {
      id: string;
      phase: PublicationPhase;
      stage: number;
      createdAt: string;
      finishedAt: string | null;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
      counts: {
        total: number;
        waiting: number;
        releasing: number;
        succeeded: number;
        unchanged: number;
        failed: number;
        skipped: number;
        rollingBack: number;
        rolledBack: number;
      };
      template: { id: string; kind: TemplateKind };
      templateVersion: { id: string; number: number; hash: string };
      formerVersion: { number: number } | null;
      stages: Array<{ number: number; isEverywhere: boolean; namespaces: Array<{ name: string }> }>;
    };
  };
};

export type PublicationAppsQueryVariables = Exact<{
  publication: string;
  phases?: Array<PublicationAppPhase> | PublicationAppPhase | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type PublicationAppsQuery = {
  publicationApps: {
    totalCount: number;
    nodes: Array<{
      stage: number;
      phase: PublicationAppPhase;
      app: { id: string; name: string; namespace: { name: string } };
      condition: { code: ConditionCode; message: string } | null;
      release: { id: string; number: number } | null;
      formerRelease: { id: string; number: number } | null;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type PublicationChangedSubscriptionVariables = Exact<{
  publication: string;
  after?: string | null | undefined;
}>;

export type PublicationChangedSubscription = {
  publicationChanged: {
    cursor: string;
    publication: {
      id: string;
      phase: PublicationPhase;
      stage: number;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
      counts: {
        total: number;
        waiting: number;
        releasing: number;
        succeeded: number;
        unchanged: number;
        failed: number;
        skipped: number;
        rollingBack: number;
        rolledBack: number;
      };
    };
  };
};

export type PublicationQueryVariables = Exact<{
  id: string;
}>;

export type PublicationQuery = {
  publication: {
    id: string;
    phase: PublicationPhase;
    stage: number;
    createdAt: string;
    finishedAt: string | null;
    version: number;
    toleratedFailures: number;
    atOnce: number;
    condition: { code: ConditionCode; message: string; since: string } | null;
    counts: {
      total: number;
      waiting: number;
      releasing: number;
      succeeded: number;
      unchanged: number;
      failed: number;
      skipped: number;
      rollingBack: number;
      rolledBack: number;
    };
    template: { id: string; kind: TemplateKind };
    templateVersion: { id: string; number: number; hash: string };
    formerVersion: { number: number } | null;
    stages: Array<{ number: number; isEverywhere: boolean; namespaces: Array<{ name: string }> }>;
    createdBy: { name: string };
  } | null;
};

export type PublicationsQueryVariables = Exact<{
  filter?: PublicationFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type PublicationsQuery = {
  publications: {
    totalCount: number;
    nodes: Array<{
      id: string;
      phase: PublicationPhase;
      stage: number;
      createdAt: string;
      finishedAt: string | null;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
      counts: {
        total: number;
        waiting: number;
        releasing: number;
        succeeded: number;
        unchanged: number;
        failed: number;
        skipped: number;
        rollingBack: number;
        rolledBack: number;
      };
      template: { id: string; kind: TemplateKind };
      templateVersion: { id: string; number: number; hash: string };
      formerVersion: { number: number } | null;
      stages: Array<{ number: number; isEverywhere: boolean; namespaces: Array<{ name: string }> }>;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type PublishTemplateInStagesMutationVariables = Exact<{
  input: PublishTemplateInStagesInput;
}>;

export type PublishTemplateInStagesMutation = {
  publishTemplateInStages: {
    cursor: string;
    publication: {
      id: string;
      phase: PublicationPhase;
      stage: number;
      createdAt: string;
      finishedAt: string | null;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
      counts: {
        total: number;
        waiting: number;
        releasing: number;
        succeeded: number;
        unchanged: number;
        failed: number;
        skipped: number;
        rollingBack: number;
        rolledBack: number;
      };
      template: { id: string; kind: TemplateKind };
      templateVersion: { id: string; number: number; hash: string };
      formerVersion: { number: number } | null;
      stages: Array<{ number: number; isEverywhere: boolean; namespaces: Array<{ name: string }> }>;
    };
  };
};

export type ResumePublicationMutationVariables = Exact<{
  input: PublicationInput;
}>;

export type ResumePublicationMutation = {
  resumePublication: {
    cursor: string;
    publication: {
      id: string;
      phase: PublicationPhase;
      stage: number;
      createdAt: string;
      finishedAt: string | null;
      version: number;
      condition: { code: ConditionCode; message: string; since: string } | null;
      counts: {
        total: number;
        waiting: number;
        releasing: number;
        succeeded: number;
        unchanged: number;
        failed: number;
        skipped: number;
        rollingBack: number;
        rolledBack: number;
      };
      template: { id: string; kind: TemplateKind };
      templateVersion: { id: string; number: number; hash: string };
      formerVersion: { number: number } | null;
      stages: Array<{ number: number; isEverywhere: boolean; namespaces: Array<{ name: string }> }>;
    };
  };
};

export type CompareReleasesQueryVariables = Exact<{
  from: string;
  to: string;
}>;

export type CompareReleasesQuery = {
  compareReleases: {
    image: { before: any; after: any } | null;
    spec: Array<{ path: string; before: any; after: any; isSecret: boolean }>;
    templates: Array<{ path: string; before: any; after: any }>;
    objects: Array<{
      action: ObjectAction;
      kind: string;
      name: string;
      fields: Array<{ path: string; before: any; after: any; isSecret: boolean }>;
    }>;
  };
};

export type ReleasesQueryVariables = Exact<{
  app: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ReleasesQuery = {
  app: {
    id: string;
    releases: {
      totalCount: number;
      nodes: Array<{
        id: string;
        number: number;
        image: string;
        createdAt: string;
        build: { number: number; refName: string; commit: string | null } | null;
        revision: { number: number };
        templateVersions: Array<{ name: string; version: string }>;
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
};

export type RepositoryRefsQueryVariables = Exact<{
  app: string;
  kind?: RefKind | null | undefined;
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type RepositoryRefsQuery = {
  repositoryRefs: {
    totalCount: number;
    nodes: Array<{ kind: RefKind; name: string; commit: string; committedAt: string; subject: string }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    rateLimit: { limit: number; remaining: number; resetAt: string };
  } | null;
};

export type AppReviewsQueryVariables = Exact<{
  app: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type AppReviewsQuery = {
  app: {
    id: string;
    reviews: {
      totalCount: number;
      nodes: Array<{
        id: string;
        decision: ReviewDecision;
        reason: string | null;
        submittedAt: string;
        decidedAt: string | null;
        submittedBy: { name: string };
        decidedBy: { name: string } | null;
        revision: { number: number };
      }>;
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
};

export type ApproveAppMutationVariables = Exact<{
  input: AppInput;
}>;

export type ApproveAppMutation = {
  approveApp: { cursor: string; app: { id: string; phase: AppPhase; version: number } };
};

export type RejectAppMutationVariables = Exact<{
  input: RejectAppInput;
}>;

export type RejectAppMutation = {
  rejectApp: { cursor: string; app: { id: string; phase: AppPhase; rejectionReason: string | null; version: number } };
};

export type AutomaticReleasesQueryVariables = Exact<{
  app: string;
}>;

export type AutomaticReleasesQuery = {
  app: {
    id: string;
    automaticReleases: {
      areSuspended: boolean;
      suspendedBy: {
        id: string;
        number: number;
        cause: RolloutCause;
        startedAt: string;
        requestedBy: { id: string; name: string } | null;
        release: { number: number };
      } | null;
    };
  } | null;
};

export type ResumeReleasesMutationVariables = Exact<{
  input: ResumeReleasesInput;
}>;

export type ResumeReleasesMutation = {
  resumeReleases: { cursor: string; app: { id: string; automaticReleases: { areSuspended: boolean } } };
};

export type RollBackMutationVariables = Exact<{
  input: RollBackInput;
}>;

export type RollBackMutation = {
  rollBack: {
    cursor: string;
    rollout: {
      id: string;
      number: number;
      phase: RolloutPhase;
      cause: RolloutCause;
      release: { number: number; image: string };
    };
  };
};

export type RolloutProgressSubscriptionVariables = Exact<{
  rollout?: string | null | undefined;
  app?: string | null | undefined;
  after?: string | null | undefined;
}>;

export type RolloutProgressSubscription = {
  rolloutProgress: {
    cursor: string;
    rollout: {
      id: string;
      number: number;
      phase: RolloutPhase;
      cause: RolloutCause;
      progress: {
        wanted: number;
        updated: number;
        ready: number;
        available: number;
        old: number;
        pods: Array<{
          name: string;
          ready: boolean;
          isNew: boolean;
          leaving: boolean;
          status: string;
          restarts: number;
        }>;
      };
      condition: {
        code: ConditionCode;
        message: string;
        since: string;
        evidence: { pod: string; event: string | null } | null;
      } | null;
    };
  };
};

export type RolloutsQueryVariables = Exact<{
  filter?: RolloutFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type RolloutsQuery = {
  rollouts: {
    totalCount: number;
    nodes: Array<{
      id: string;
      number: number;
      phase: RolloutPhase;
      cause: RolloutCause;
      startedAt: string;
      finishedAt: string | null;
      release: { id: string; number: number; image: string };
      progress: { wanted: number; ready: number };
      condition: {
        code: ConditionCode;
        message: string;
        since: string;
        evidence: { pod: string; event: string | null } | null;
      } | null;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type AppTemplatesQueryVariables = Exact<{
  id: string;
}>;

export type AppTemplatesQuery = {
  app: {
    id: string;
    templates: Array<{
      kind: TemplateKind;
      chain: Array<{
        level: TemplateLevel;
        template: { id: string; published: { number: number; hash: string } | null } | null;
        version: { number: number; hash: string } | null;
        pin: { id: string } | null;
      }>;
    }>;
  } | null;
};

export type ArchiveTemplateMutationVariables = Exact<{
  input: TemplateInput;
}>;

export type ArchiveTemplateMutation = {
  archiveTemplate: {
    cursor: string;
    template: {
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      published: { id: string; number: number; hash: string } | null;
      draft: { id: string; number: number; hash: string; source: string; note: string } | null;
    };
  };
};

export type CompareTemplateVersionsQueryVariables = Exact<{
  template: string;
  from: number;
  to: number;
}>;

export type CompareTemplateVersionsQuery = {
  compareTemplateVersions: Array<{
    oldStart: number;
    oldLines: number;
    newStart: number;
    newLines: number;
    lines: Array<string>;
  }>;
};

export type CreateTemplateMutationVariables = Exact<{
  input: CreateTemplateInput;
}>;

export type CreateTemplateMutation = {
  createTemplate: {
    cursor: string;
    template: {
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      published: { id: string; number: number; hash: string } | null;
      draft: { id: string; number: number; hash: string; source: string; note: string } | null;
    };
  };
};

export type DockerfileQueryVariables = Exact<{
  id: string;
}>;

export type DockerfileQuery = {
  dockerfile: {
    id: string;
    name: string;
    language: Language;
    version: string;
    description: string;
    source: string;
  } | null;
};

export type DockerfilesQueryVariables = Exact<{
  language?: Language | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type DockerfilesQuery = {
  dockerfiles: {
    totalCount: number;
    nodes: Array<{ id: string; name: string; language: Language; version: string; description: string }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type PinTemplateMutationVariables = Exact<{
  input: PinTemplateInput;
}>;

export type PinTemplateMutation = {
  pinTemplate: {
    cursor: string;
    pin: {
      id: string;
      kind: TemplateKind;
      createdAt: string;
      endedAt: string | null;
      template: { id: string };
      templateVersion: { id: string; number: number; hash: string };
      namespace: { name: string };
      app: { name: string } | null;
      createdBy: { name: string };
    };
  };
};

export type PreviewTemplateQueryVariables = Exact<{
  kind: TemplateKind;
  source: string;
  app?: string | null | undefined;
  least?: boolean | null | undefined;
}>;

export type PreviewTemplateQuery = {
  previewTemplate: { output: string | null; problem: { message: string; line: number; column: number } | null };
};

export type PublishTemplateMutationVariables = Exact<{
  input: TemplateInput;
}>;

export type PublishTemplateMutation = {
  publishTemplate: {
    cursor: string;
    template: {
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      published: { id: string; number: number; hash: string } | null;
      draft: { id: string; number: number; hash: string; source: string; note: string } | null;
    };
  };
};

export type RestoreTemplateVersionMutationVariables = Exact<{
  input: RestoreTemplateVersionInput;
}>;

export type RestoreTemplateVersionMutation = {
  restoreTemplateVersion: {
    cursor: string;
    template: {
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      published: { id: string; number: number; hash: string } | null;
      draft: { id: string; number: number; hash: string; source: string; note: string } | null;
    };
  };
};

export type SaveTemplateDraftMutationVariables = Exact<{
  input: SaveTemplateDraftInput;
}>;

export type SaveTemplateDraftMutation = {
  saveTemplateDraft: {
    cursor: string;
    template: {
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      published: { id: string; number: number; hash: string } | null;
      draft: { id: string; number: number; hash: string; source: string; note: string } | null;
    };
  };
};

export type TemplateImpactSubscriptionVariables = Exact<{
  template: string;
  after?: string | null | undefined;
}>;

export type TemplateImpactSubscription = {
  templateImpact: {
    checked: number;
    total: number;
    cursor: string;
    app: { id: string; name: string; namespace: { name: string } } | null;
    changes: Array<{
      action: ObjectAction;
      kind: string;
      name: string;
      fields: Array<{ path: string; before: any; after: any }>;
    }>;
    hunks: Array<{ oldStart: number; newStart: number; lines: Array<string> }>;
    condition: { code: ConditionCode; message: string } | null;
  };
};

export type TemplateKindsQueryVariables = Exact<{ [key: string]: never }>;

export type TemplateKindsQuery = {
  templateKinds: Array<{
    kind: TemplateKind;
    use: TemplateUse;
    language: TemplateLanguage;
    makes: string | null;
    seed: string;
    variables: any;
  }>;
};

export type TemplatePinsQueryVariables = Exact<{
  filter?: TemplatePinFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type TemplatePinsQuery = {
  templatePins: {
    totalCount: number;
    nodes: Array<{
      id: string;
      kind: TemplateKind;
      createdAt: string;
      endedAt: string | null;
      template: { id: string; level: TemplateLevel };
      templateVersion: { number: number };
      namespace: { name: string };
      app: { name: string } | null;
      createdBy: { name: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type TemplateVariablesQueryVariables = Exact<{
  kind: TemplateKind;
}>;

export type TemplateVariablesQuery = { templateVariables: any };

export type TemplateVersionsQueryVariables = Exact<{
  template: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type TemplateVersionsQuery = {
  templateVersions: {
    totalCount: number;
    nodes: Array<{
      id: string;
      number: number;
      hash: string;
      source: string;
      note: string;
      createdAt: string;
      publishedAt: string | null;
      createdBy: { name: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type TemplateQueryVariables = Exact<{
  id: string;
}>;

export type TemplateQuery = {
  template: {
    id: string;
    kind: TemplateKind;
    level: TemplateLevel;
    createdAt: string;
    updatedAt: string;
    archivedAt: string | null;
    version: number;
    namespace: { id: string; name: string } | null;
    app: { id: string; name: string } | null;
    published: {
      id: string;
      number: number;
      hash: string;
      source: string;
      note: string;
      publishedAt: string | null;
      createdBy: { name: string };
    } | null;
    draft: {
      id: string;
      number: number;
      hash: string;
      source: string;
      note: string;
      createdAt: string;
      createdBy: { name: string };
    } | null;
    createdBy: { name: string };
  } | null;
};

export type TemplatesQueryVariables = Exact<{
  filter?: TemplateFilterInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type TemplatesQuery = {
  templates: {
    totalCount: number;
    nodes: Array<{
      id: string;
      kind: TemplateKind;
      level: TemplateLevel;
      archivedAt: string | null;
      version: number;
      namespace: { id: string; name: string } | null;
      app: { id: string; name: string } | null;
      published: { id: string; number: number; hash: string; publishedAt: string | null } | null;
      draft: { id: string; number: number; createdAt: string } | null;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type UnpinTemplateMutationVariables = Exact<{
  input: UnpinTemplateInput;
}>;

export type UnpinTemplateMutation = {
  unpinTemplate: {
    cursor: string;
    pin: {
      id: string;
      kind: TemplateKind;
      createdAt: string;
      endedAt: string | null;
      template: { id: string };
      templateVersion: { id: string; number: number; hash: string };
      namespace: { name: string };
      app: { name: string } | null;
      createdBy: { name: string };
    };
  };
};

export type AppVariablesQueryVariables = Exact<{
  id: string;
}>;

export type AppVariablesQuery = {
  app: {
    id: string;
    variables: Array<{
      value: any;
      origin: VariableLevel | null;
      variable: { name: string; isSecret: boolean };
      chain: Array<{ level: VariableLevel; value: any; setBy: { name: string } }>;
    }>;
  } | null;
};

export type DeclareVariableMutationVariables = Exact<{
  input: DeclareVariableInput;
}>;

export type DeclareVariableMutation = {
  declareVariable: {
    cursor: string;
    variable: {
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    };
  };
};

export type DeleteVariableMutationVariables = Exact<{
  input: VariableInput;
}>;

export type DeleteVariableMutation = {
  deleteVariable: {
    cursor: string;
    variable: {
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    };
  };
};

export type NamespaceVariablesQueryVariables = Exact<{
  id: string;
}>;

export type NamespaceVariablesQuery = {
  namespace: {
    id: string;
    variables: Array<{
      value: any;
      origin: VariableLevel | null;
      variable: { name: string; isSecret: boolean };
      chain: Array<{ level: VariableLevel; value: any; setBy: { name: string } }>;
    }>;
  } | null;
};

export type SetVariableMutationVariables = Exact<{
  input: SetVariableInput;
}>;

export type SetVariableMutation = {
  setVariable: {
    cursor: string;
    variable: {
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    };
  };
};

export type UnsetVariableMutationVariables = Exact<{
  input: VariablePlaceInput;
}>;

export type UnsetVariableMutation = {
  unsetVariable: {
    cursor: string;
    variable: {
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    };
  };
};

export type UpdateVariableMutationVariables = Exact<{
  input: UpdateVariableInput;
}>;

export type UpdateVariableMutation = {
  updateVariable: {
    cursor: string;
    variable: {
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    };
  };
};

export type VariableValuesQueryVariables = Exact<{
  variable: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type VariableValuesQuery = {
  variableValues: {
    totalCount: number;
    nodes: Array<{
      id: string;
      level: VariableLevel;
      value: any;
      setAt: string;
      namespace: { name: string } | null;
      app: { name: string } | null;
      setBy: { name: string };
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export type VariablesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type VariablesQuery = {
  variables: {
    totalCount: number;
    nodes: Array<{
      id: string;
      name: string;
      type: VariableType;
      description: string;
      isSecret: boolean;
      isRequired: boolean;
      defaultValue: any;
      allowed: Array<string>;
      pattern: string | null;
      version: number;
    }>;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

/** The named operations, by the names of their files. */
export interface Operations {
  "close-member": { kind: "mutation"; data: CloseMemberMutation; variables: CloseMemberMutationVariables };
  "create-member": { kind: "mutation"; data: CreateMemberMutation; variables: CreateMemberMutationVariables };
  "grant-role": { kind: "mutation"; data: GrantRoleMutation; variables: GrantRoleMutationVariables };
  "lift-login-delay": { kind: "mutation"; data: LiftLoginDelayMutation; variables: LiftLoginDelayMutationVariables };
  login: { kind: "mutation"; data: LoginMutation; variables: LoginMutationVariables };
  logout: { kind: "mutation"; data: LogoutMutation; variables: LogoutMutationVariables };
  members: { kind: "query"; data: MembersQuery; variables: MembersQueryVariables };
  "rate-limit": { kind: "query"; data: RateLimitQuery; variables: RateLimitQueryVariables };
  "refresh-session": { kind: "mutation"; data: RefreshSessionMutation; variables: RefreshSessionMutationVariables };
  "revoke-role": { kind: "mutation"; data: RevokeRoleMutation; variables: RevokeRoleMutationVariables };
  "revoke-session": { kind: "mutation"; data: RevokeSessionMutation; variables: RevokeSessionMutationVariables };
  viewer: { kind: "query"; data: ViewerQuery; variables: ViewerQueryVariables };
  "app-at": { kind: "query"; data: AppAtQuery; variables: AppAtQueryVariables };
  "app-manifests": { kind: "query"; data: AppManifestsQuery; variables: AppManifestsQueryVariables };
  app: { kind: "query"; data: AppQuery; variables: AppQueryVariables };
  apps: { kind: "query"; data: AppsQuery; variables: AppsQueryVariables };
  "create-app": { kind: "mutation"; data: CreateAppMutation; variables: CreateAppMutationVariables };
  "pending-changes": { kind: "query"; data: PendingChangesQuery; variables: PendingChangesQueryVariables };
  "pods-changed": { kind: "subscription"; data: PodsChangedSubscription; variables: PodsChangedSubscriptionVariables };
  "retire-app": { kind: "mutation"; data: RetireAppMutation; variables: RetireAppMutationVariables };
  "submit-app": { kind: "mutation"; data: SubmitAppMutation; variables: SubmitAppMutationVariables };
  "update-app": { kind: "mutation"; data: UpdateAppMutation; variables: UpdateAppMutationVariables };
  "journal-events": {
    kind: "subscription";
    data: JournalEventsSubscription;
    variables: JournalEventsSubscriptionVariables;
  };
  journal: { kind: "query"; data: JournalQuery; variables: JournalQueryVariables };
  "abort-build": { kind: "mutation"; data: AbortBuildMutation; variables: AbortBuildMutationVariables };
  "build-changed": {
    kind: "subscription";
    data: BuildChangedSubscription;
    variables: BuildChangedSubscriptionVariables;
  };
  "build-log": { kind: "subscription"; data: BuildLogSubscription; variables: BuildLogSubscriptionVariables };
  build: { kind: "query"; data: BuildQuery; variables: BuildQueryVariables };
  builds: { kind: "query"; data: BuildsQuery; variables: BuildsQueryVariables };
  "start-build": { kind: "mutation"; data: StartBuildMutation; variables: StartBuildMutationVariables };
  "adopt-drift": { kind: "mutation"; data: AdoptDriftMutation; variables: AdoptDriftMutationVariables };
  "drift-changed": {
    kind: "subscription";
    data: DriftChangedSubscription;
    variables: DriftChangedSubscriptionVariables;
  };
  drift: { kind: "query"; data: DriftQuery; variables: DriftQueryVariables };
  "repair-drift": { kind: "mutation"; data: RepairDriftMutation; variables: RepairDriftMutationVariables };
  "export-namespace": { kind: "query"; data: ExportNamespaceQuery; variables: ExportNamespaceQueryVariables };
  "import-apps": { kind: "mutation"; data: ImportAppsMutation; variables: ImportAppsMutationVariables };
  "importable-apps": { kind: "query"; data: ImportableAppsQuery; variables: ImportableAppsQueryVariables };
  "allow-namespace": { kind: "mutation"; data: AllowNamespaceMutation; variables: AllowNamespaceMutationVariables };
  "create-namespace": { kind: "mutation"; data: CreateNamespaceMutation; variables: CreateNamespaceMutationVariables };
  "import-namespaces": {
    kind: "mutation";
    data: ImportNamespacesMutation;
    variables: ImportNamespacesMutationVariables;
  };
  namespace: { kind: "query"; data: NamespaceQuery; variables: NamespaceQueryVariables };
  namespaces: { kind: "query"; data: NamespacesQuery; variables: NamespacesQueryVariables };
  "update-namespace": { kind: "mutation"; data: UpdateNamespaceMutation; variables: UpdateNamespaceMutationVariables };
  "mark-notifications-read": {
    kind: "mutation";
    data: MarkNotificationsReadMutation;
    variables: MarkNotificationsReadMutationVariables;
  };
  "notification-added": {
    kind: "subscription";
    data: NotificationAddedSubscription;
    variables: NotificationAddedSubscriptionVariables;
  };
  notifications: { kind: "query"; data: NotificationsQuery; variables: NotificationsQueryVariables };
  "apply-plan": { kind: "mutation"; data: ApplyPlanMutation; variables: ApplyPlanMutationVariables };
  "plan-release": { kind: "mutation"; data: PlanReleaseMutation; variables: PlanReleaseMutationVariables };
  plans: { kind: "query"; data: PlansQuery; variables: PlansQueryVariables };
  "app-log": { kind: "subscription"; data: AppLogSubscription; variables: AppLogSubscriptionVariables };
  "pod-log": { kind: "subscription"; data: PodLogSubscription; variables: PodLogSubscriptionVariables };
  "cancel-publication": {
    kind: "mutation";
    data: CancelPublicationMutation;
    variables: CancelPublicationMutationVariables;
  };
  "publication-apps": { kind: "query"; data: PublicationAppsQuery; variables: PublicationAppsQueryVariables };
  "publication-changed": {
    kind: "subscription";
    data: PublicationChangedSubscription;
    variables: PublicationChangedSubscriptionVariables;
  };
  publication: { kind: "query"; data: PublicationQuery; variables: PublicationQueryVariables };
  publications: { kind: "query"; data: PublicationsQuery; variables: PublicationsQueryVariables };
  "publish-template-in-stages": {
    kind: "mutation";
    data: PublishTemplateInStagesMutation;
    variables: PublishTemplateInStagesMutationVariables;
  };
  "resume-publication": {
    kind: "mutation";
    data: ResumePublicationMutation;
    variables: ResumePublicationMutationVariables;
  };
  "compare-releases": { kind: "query"; data: CompareReleasesQuery; variables: CompareReleasesQueryVariables };
  releases: { kind: "query"; data: ReleasesQuery; variables: ReleasesQueryVariables };
  "repository-refs": { kind: "query"; data: RepositoryRefsQuery; variables: RepositoryRefsQueryVariables };
  "app-reviews": { kind: "query"; data: AppReviewsQuery; variables: AppReviewsQueryVariables };
  "approve-app": { kind: "mutation"; data: ApproveAppMutation; variables: ApproveAppMutationVariables };
  "reject-app": { kind: "mutation"; data: RejectAppMutation; variables: RejectAppMutationVariables };
  "automatic-releases": { kind: "query"; data: AutomaticReleasesQuery; variables: AutomaticReleasesQueryVariables };
  "resume-releases": { kind: "mutation"; data: ResumeReleasesMutation; variables: ResumeReleasesMutationVariables };
  "roll-back": { kind: "mutation"; data: RollBackMutation; variables: RollBackMutationVariables };
  "rollout-progress": {
    kind: "subscription";
    data: RolloutProgressSubscription;
    variables: RolloutProgressSubscriptionVariables;
  };
  rollouts: { kind: "query"; data: RolloutsQuery; variables: RolloutsQueryVariables };
  "app-templates": { kind: "query"; data: AppTemplatesQuery; variables: AppTemplatesQueryVariables };
  "archive-template": { kind: "mutation"; data: ArchiveTemplateMutation; variables: ArchiveTemplateMutationVariables };
  "compare-template-versions": {
    kind: "query";
    data: CompareTemplateVersionsQuery;
    variables: CompareTemplateVersionsQueryVariables;
  };
  "create-template": { kind: "mutation"; data: CreateTemplateMutation; variables: CreateTemplateMutationVariables };
  dockerfile: { kind: "query"; data: DockerfileQuery; variables: DockerfileQueryVariables };
  dockerfiles: { kind: "query"; data: DockerfilesQuery; variables: DockerfilesQueryVariables };
  "pin-template": { kind: "mutation"; data: PinTemplateMutation; variables: PinTemplateMutationVariables };
  "preview-template": { kind: "query"; data: PreviewTemplateQuery; variables: PreviewTemplateQueryVariables };
  "publish-template": { kind: "mutation"; data: PublishTemplateMutation; variables: PublishTemplateMutationVariables };
  "restore-template-version": {
    kind: "mutation";
    data: RestoreTemplateVersionMutation;
    variables: RestoreTemplateVersionMutationVariables;
  };
  "save-template-draft": {
    kind: "mutation";
    data: SaveTemplateDraftMutation;
    variables: SaveTemplateDraftMutationVariables;
  };
  "template-impact": {
    kind: "subscription";
    data: TemplateImpactSubscription;
    variables: TemplateImpactSubscriptionVariables;
  };
  "template-kinds": { kind: "query"; data: TemplateKindsQuery; variables: TemplateKindsQueryVariables };
  "template-pins": { kind: "query"; data: TemplatePinsQuery; variables: TemplatePinsQueryVariables };
  "template-variables": { kind: "query"; data: TemplateVariablesQuery; variables: TemplateVariablesQueryVariables };
  "template-versions": { kind: "query"; data: TemplateVersionsQuery; variables: TemplateVersionsQueryVariables };
  template: { kind: "query"; data: TemplateQuery; variables: TemplateQueryVariables };
  templates: { kind: "query"; data: TemplatesQuery; variables: TemplatesQueryVariables };
  "unpin-template": { kind: "mutation"; data: UnpinTemplateMutation; variables: UnpinTemplateMutationVariables };
  "app-variables": { kind: "query"; data: AppVariablesQuery; variables: AppVariablesQueryVariables };
  "declare-variable": { kind: "mutation"; data: DeclareVariableMutation; variables: DeclareVariableMutationVariables };
  "delete-variable": { kind: "mutation"; data: DeleteVariableMutation; variables: DeleteVariableMutationVariables };
  "namespace-variables": { kind: "query"; data: NamespaceVariablesQuery; variables: NamespaceVariablesQueryVariables };
  "set-variable": { kind: "mutation"; data: SetVariableMutation; variables: SetVariableMutationVariables };
  "unset-variable": { kind: "mutation"; data: UnsetVariableMutation; variables: UnsetVariableMutationVariables };
  "update-variable": { kind: "mutation"; data: UpdateVariableMutation; variables: UpdateVariableMutationVariables };
  "variable-values": { kind: "query"; data: VariableValuesQuery; variables: VariableValuesQueryVariables };
  variables: { kind: "query"; data: VariablesQuery; variables: VariablesQueryVariables };
}
