import { appView, imagePullSecretView, jobView, namespaceNetworkView, namespaceView } from "./app-view.js";
import * as catalogueViews from "./catalogue-views.js";

/** The kinds of views by name: what templates see. */
export const views = {
  namespaceView,
  namespaceNetworkView,
  imagePullSecretView,
  appView,
  jobView,
  ...catalogueViews,
} as const;

export type ViewName = keyof typeof views;
