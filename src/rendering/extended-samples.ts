import type { z } from "zod";
import type * as views from "./extended-views.js";
import type { AppView } from "./app-view.js";

/** The fields of the app itself may be omitted: they are those of every sample. */
type Own<View extends z.ZodType> = Omit<z.infer<View>, keyof AppView> & Partial<z.infer<View>>;

/**
 * The fields of each kind of view besides the app and its namespace: once with everything, and once as few as possible.
 */
export const extendedSamples: {
  readonly [Name in keyof typeof views]: Readonly<Record<"full" | "least", Own<(typeof views)[Name]>>>;
} = {
  additionsView: {
    full: {
      serviceAccount: { annotations: [{ key: "eks.amazonaws.com/role-arn", value: "arn:aws:iam::1:role/checkout" }] },
      secret: { data: [{ key: "API_KEY", value: 'not so: "secret"' }] },
      networkPolicy: { fromNamespaces: ["entry", "monitoring"] },
      logs: {
        image: "docker.elastic.co/beats/filebeat:9.1.0",
        folder: "/var/log/app",
        firstLine: "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        sendTo: "logstash.logging:5044",
      },
      initContainer: {
        name: "wait",
        image: "busybox:1.37",
        command: ["sh", "-c", "until nslookup db; do sleep 1; done"],
      },
      proxy: { image: "envoyproxy/envoy:v1.36.0", port: 15001, args: ["-c", "/etc/envoy/envoy.yaml"] },
    },
    least: { serviceAccount: null, secret: null, networkPolicy: null, logs: null, initContainer: null, proxy: null },
  },
  statefulSetView: {
    full: {
      volumes: [
        { name: "data", size: "10Gi", accessMode: "ReadWriteOnce", storageClass: "fast", mountPath: "/data" },
        { name: "cache", size: "1Gi", accessMode: "ReadWriteOnce", storageClass: null, mountPath: "/cache" },
      ],
    },
    least: { volumes: [] },
  },
  volumeView: {
    full: { volume: { name: "data", size: "10Gi", accessMode: "ReadWriteMany", storageClass: "fast" } },
    least: { volume: { name: "data", size: "1Gi", accessMode: "ReadWriteOnce", storageClass: null } },
  },
  storageClassView: {
    full: {
      storageClass: {
        name: "fast",
        provisioner: "ebs.csi.aws.com",
        parameters: [{ key: "type", value: "gp3" }],
        reclaimPolicy: "Retain",
        bindingMode: "WaitForFirstConsumer",
        isExpandable: true,
      },
    },
    least: {
      storageClass: {
        name: "plain",
        provisioner: "example.com/nfs",
        parameters: [],
        reclaimPolicy: "Delete",
        bindingMode: "Immediate",
        isExpandable: false,
      },
    },
  },
  cronJobView: {
    full: {
      cronJob: {
        schedule: "*/5 3 * * 1-5",
        timeZone: "Europe/Berlin",
        concurrencyPolicy: "Forbid",
        isSuspended: false,
        keptSucceeded: 3,
        keptFailed: 5,
        retries: 2,
      },
    },
    least: {
      cronJob: {
        schedule: "@daily",
        timeZone: null,
        concurrencyPolicy: "Allow",
        isSuspended: true,
        keptSucceeded: 0,
        keptFailed: 0,
        retries: 0,
      },
    },
  },
  batchJobView: {
    full: { batchJob: { name: "checkout-migrate-12", retries: 3, deadlineSeconds: 600, keptSeconds: 86_400 } },
    least: { batchJob: { name: "checkout-migrate-1", retries: 0, deadlineSeconds: null, keptSeconds: 0 } },
  },
  externalServiceView: {
    full: {
      externalService: {
        name: "old-database",
        addressType: "IPv4",
        addresses: ["192.0.2.7", "192.0.2.8"],
        ports: [
          { name: "mysql", port: 3306, protocol: "TCP" },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    },
    least: {
      externalService: {
        name: "far",
        addressType: "IPv6",
        addresses: ["2001:db8::7"],
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
      },
    },
  },
  virtualServiceView: {
    full: {
      virtualService: {
        hosts: ["checkout.example.com"],
        gateways: ["shop/public"],
        routes: [
          {
            pathPrefix: "/api/",
            rewriteTo: "/",
            timeoutSeconds: 5,
            retries: 2,
            destinations: [
              { host: "checkout", port: 8080, subset: "stable", weight: 90 },
              { host: "checkout", port: 8080, subset: "next", weight: 10 },
            ],
          },
        ],
      },
    },
    least: {
      virtualService: {
        hosts: ["checkout"],
        gateways: [],
        routes: [
          {
            pathPrefix: null,
            rewriteTo: null,
            timeoutSeconds: null,
            retries: null,
            destinations: [{ host: "checkout", port: 8080, subset: null, weight: 100 }],
          },
        ],
      },
    },
  },
  gatewayView: {
    full: {
      gateway: {
        name: "public",
        controller: "ingressgateway",
        servers: [
          { name: "http", port: 80, protocol: "HTTP", hosts: ["*"], tlsSecret: null },
          { name: "https", port: 443, protocol: "HTTPS", hosts: ["shop.example.com"], tlsSecret: "shop-tls" },
        ],
      },
    },
    least: {
      gateway: {
        name: "public",
        controller: "ingressgateway",
        servers: [{ name: "http", port: 80, protocol: "HTTP", hosts: ["*"], tlsSecret: null }],
      },
    },
  },
  notificationView: {
    full: {
      notification: { title: "Rollout 12 of Checkout failed", body: "No node takes the pod: 0/3 nodes are available." },
      event: "rollout.failed",
      at: "2026-01-31T12:00:00Z",
      actor: { name: "Ann <ann@example.com>" },
      app: { id: "app_0192f3a4b5c67d8e9fa0b1c2d3e4f506", name: "checkout", displayName: "Checkout: pay & go" },
    },
    least: {
      notification: { title: "Hello", body: "" },
      event: "member.created",
      at: "2026-01-31T12:00:00Z",
      actor: null,
      app: null,
    },
  },
  dockerfileView: { full: { version: "3.14" }, least: { version: "3" } },
  serviceEntryView: {
    full: {
      serviceEntry: {
        name: "payments",
        hosts: ["api.payments.example.com"],
        location: "MESH_EXTERNAL",
        resolution: "STATIC",
        ports: [{ name: "https", port: 443, protocol: "TLS" }],
        addresses: ["192.0.2.9"],
      },
    },
    least: {
      serviceEntry: {
        name: "payments",
        hosts: ["api.payments.example.com"],
        location: "MESH_EXTERNAL",
        resolution: "DNS",
        ports: [{ name: "https", port: 443, protocol: "TLS" }],
        addresses: [],
      },
    },
  },
};
