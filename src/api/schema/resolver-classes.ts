import { MemberResolver } from "../../features/identity/member/member.resolver.js";
import { SessionResolver } from "../../features/identity/session/session.resolver.js";
import { ViewerResolver } from "../../features/identity/session/viewer.resolver.js";
import { SignInResolver } from "../../features/identity/sign-in/sign-in.resolver.js";
import { RoleGrantNamespaceResolver } from "../../features/delivery/namespace/role-grant-namespace.resolver.js";
import { AppResolver, AppRevisionResolver } from "../../features/delivery/app/app.resolver.js";
import { AppHistoryResolver, AppPastResolver } from "../../features/delivery/app-history/app-history.resolver.js";
import { AuditResolver } from "../../features/observability/audit/audit.resolver.js";
import { AppBuildsResolver, BuildResolver } from "../../features/delivery/build/build.resolver.js";
import { AppDriftResolver, DriftResolver } from "../../features/delivery/drift/drift.resolver.js";
import { NamespaceExportResolver } from "../../features/delivery/export/namespace-export.resolver.js";
import { ImportResolver } from "../../features/delivery/import/import.resolver.js";
import { NamespaceResolver } from "../../features/delivery/namespace/namespace.resolver.js";
import { NotificationResolver } from "../../features/alerting/notification/notification.resolver.js";
import { AppPlansResolver, PlanResolver } from "../../features/delivery/plan/plan.resolver.js";
import { PodLogResolver } from "../../features/observability/pod-log/pod-log.resolver.js";
import { AppReleasesResolver, ReleaseResolver } from "../../features/delivery/release/release.resolver.js";
import { RepositoryResolver } from "../../features/delivery/repository/repository.resolver.js";
import { AppPreviewResolver } from "../../features/delivery/preview/app-preview.resolver.js";
import { RetirementResolver } from "../../features/delivery/retirement/retirement.resolver.js";
import { AppReviewsResolver, ReviewResolver } from "../../features/delivery/review/review.resolver.js";
import { AppRolloutsResolver, RolloutResolver } from "../../features/delivery/rollout/rollout.resolver.js";
import { DockerfileResolver } from "../../features/templating/dockerfile/dockerfile.resolver.js";
import { TemplateImpactResolver } from "../../features/templating/template/template-impact.resolver.js";
import {
  TemplateRolloutAppResolver,
  TemplateRolloutResolver,
  TemplateRolloutStageResolver,
} from "../../features/templating/template-rollout/template-rollout.resolver.js";
import {
  TemplateLinkResolver,
  TemplatePinResolver,
} from "../../features/templating/template-pin/template-pin.resolver.js";
import {
  AppTemplatesResolver,
  TemplateResolver,
  TemplateVersionResolver,
} from "../../features/templating/template/template.resolver.js";
import {
  AppVariablesResolver,
  HeldVariableResolver,
  NamespaceVariablesResolver,
  VariableValueResolver,
} from "../../features/templating/variable/variable-value.resolver.js";
import { VariableResolver } from "../../features/templating/variable/variable.resolver.js";
import { NodeResolver } from "./node.resolver.js";
import { RateLimitResolver } from "../pricing/rate-limit.resolver.js";

/** Every resolver of the schema. `compose` builds one of each. */
export const resolverClasses: readonly Function[] = [
  NodeResolver,
  ViewerResolver,
  MemberResolver,
  RoleGrantNamespaceResolver,
  SessionResolver,
  SignInResolver,
  NamespaceResolver,
  AppResolver,
  AppRevisionResolver,
  AppPreviewResolver,
  RetirementResolver,
  AppPastResolver,
  AppHistoryResolver,
  ReviewResolver,
  AppReviewsResolver,
  RepositoryResolver,
  BuildResolver,
  AppBuildsResolver,
  ReleaseResolver,
  AppReleasesResolver,
  RolloutResolver,
  AppRolloutsResolver,
  DriftResolver,
  AppDriftResolver,
  NotificationResolver,
  AuditResolver,
  PodLogResolver,
  TemplateResolver,
  TemplateVersionResolver,
  TemplateImpactResolver,
  DockerfileResolver,
  AppTemplatesResolver,
  TemplatePinResolver,
  TemplateLinkResolver,
  TemplateRolloutResolver,
  TemplateRolloutStageResolver,
  TemplateRolloutAppResolver,
  VariableResolver,
  VariableValueResolver,
  HeldVariableResolver,
  AppVariablesResolver,
  NamespaceVariablesResolver,
  PlanResolver,
  AppPlansResolver,
  ImportResolver,
  NamespaceExportResolver,
  RateLimitResolver,
];
