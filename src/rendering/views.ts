import { appView, imagePullSecretView, jobView, namespaceNetworkView, namespaceView } from "./app-view.js";
import * as extendedViews from "./extended-views.js";

/** The kinds of views by name: the inputs of templates. */
export const views = {
  namespaceView,
  namespaceNetworkView,
  imagePullSecretView,
  appView,
  jobView,
  ...extendedViews,
} as const;

export type ViewName = keyof typeof views;
