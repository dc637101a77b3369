import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { loadConfig } from "../../host-server/config/load.ts";
import { providers } from "../../host-server/providers/registry.ts";

const ROOT = join(import.meta.dirname, "../..");
const COMPOSE = "packaging/compose/three-nodes.yaml";
const CLUSTER = "packaging/kubernetes";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const labels = z.record(z.string(), z.string());
const port = z.strictObject({ name: z.string(), containerPort: z.int() });
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.int(),
  timeoutSeconds: z.int().optional(),
  failureThreshold: z.int(),
});
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  labels: labels.optional(),
  annotations: labels.optional(),
});
const named = z.strictObject({ name: z.string() });
const source = z.union([z.strictObject({ secretRef: named }), z.strictObject({ configMapRef: named })]);
const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  ports: z.array(port),
  envFrom: z.array(source),
  env: z.array(z.strictObject({ name: z.string(), valueFrom: z.object({ fieldRef: z.object({}) }) })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  resources: z.object({ requests: labels, limits: labels }),
  securityContext: z.object({ allowPrivilegeEscalation: z.literal(false) }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
});
const pod = z.strictObject({
  terminationGracePeriodSeconds: z.int(),
  affinity: z.object({}),
  securityContext: z.object({ runAsNonRoot: z.literal(true) }),
  containers: z.array(container).length(1),
  volumes: z.array(
    z.strictObject({ name: z.string(), persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
  ),
});
const selector = z.strictObject({ matchLabels: labels });
const backend = z.strictObject({
  service: z.strictObject({ name: z.string(), port: z.strictObject({ name: z.string() }) }),
});

/** As much of the schemas of Kubernetes as the manifests use: what is misspelt is not in there. */
const KINDS = {
  "v1 Secret": z.strictObject({ type: z.literal("Opaque"), stringData: labels }),
  "v1 ConfigMap": z.strictObject({ data: labels }),
  "apps/v1 StatefulSet": z.strictObject({
    spec: z.strictObject({
      replicas: z.int(),
      serviceName: z.string(),
      podManagementPolicy: z.enum(["Parallel", "OrderedReady"]),
      updateStrategy: z.strictObject({ type: z.literal("RollingUpdate") }),
      selector,
      template: z.strictObject({ metadata: metadata.partial(), spec: pod }),
    }),
  }),
  "v1 PersistentVolumeClaim": z.strictObject({
    spec: z.strictObject({ accessModes: z.array(z.string()), resources: z.object({ requests: labels }) }),
  }),
  "policy/v1 PodDisruptionBudget": z.strictObject({ spec: z.strictObject({ maxUnavailable: z.int(), selector }) }),
  "v1 Service": z.strictObject({
    spec: z.strictObject({
      clusterIP: z.literal("None").optional(),
      selector: labels,
      ports: z.array(z.strictObject({ name: z.string(), port: z.int(), targetPort: z.string() })),
    }),
  }),
  "networking.k8s.io/v1 Ingress": z.strictObject({
    spec: z.strictObject({
      tls: z.array(z.strictObject({ hosts: z.array(z.string()), secretName: z.string() })),
      rules: z.array(
        z.strictObject({
          host: z.string(),
          http: z.strictObject({
            paths: z.array(z.strictObject({ path: z.string(), pathType: z.enum(["Prefix", "Exact"]), backend })),
          }),
        }),
      ),
    }),
  }),
} as const;

type Kind = keyof typeof KINDS;

const kustomization = parse(read(`${CLUSTER}/kustomization.yaml`)) as { resources: string[] };
const manifests = kustomization.resources.flatMap((file) => {
  const path = join(CLUSTER, file === "secret.yaml" ? "secret.example.yaml" : file);
  return parseAllDocuments(read(path)).map((document) => {
    assert.deepEqual(document.errors, [], path);
    const { apiVersion, kind, metadata: meta, ...rest } = document.toJS();
    return { kind: `${apiVersion} ${kind}` as Kind, name: metadata.parse(meta).name, rest };
  });
});

function allOf<K extends Kind>(kind: K): { name: string; rest: z.output<(typeof KINDS)[K]> }[] {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  return found.map(({ name, rest }) => ({ name, rest: KINDS[kind].parse(rest) as z.output<(typeof KINDS)[K]> }));
}

/** The configuration that variables make; a misspelt one is refused or warned of. */
function configOf(env: Record<string, string>) {
  const { config, warnings } = loadConfig({ path: "none.yaml", env, providers });
  assert.deepEqual(warnings, []);
  return config;
}

test("every manifest is of a known kind and has the fields of that kind, and no others", () => {
  for (const { kind, name, rest } of manifests) {
    const schema = KINDS[kind];
    assert.ok(schema, `${kind} ${name}`);
    const { error } = schema.safeParse(rest);
    assert.equal(error && `${kind} ${name}: ${z.prettifyError(error)}`, undefined);
  }
});

test("what manifests name is there: pods, ports, volumes, settings, services", () => {
  const [set] = allOf("apps/v1 StatefulSet");
  assert.ok(set);
  const { template, selector: chosen, serviceName } = set.rest.spec;
  const [box] = template.spec.containers;
  const ports = box?.ports.map(({ name }) => name) ?? [];
  const services = allOf("v1 Service");
  assert.deepEqual(template.metadata.labels, chosen.matchLabels);
  assert.ok(services.some(({ name }) => name === serviceName));
  for (const { name, rest } of services) {
    assert.deepEqual(rest.spec.selector, chosen.matchLabels, name);
    for (const { targetPort } of rest.spec.ports) assert.ok(ports.includes(targetPort), `${name}: ${targetPort}`);
  }
  for (const { rest } of allOf("policy/v1 PodDisruptionBudget")) assert.deepEqual(rest.spec.selector, chosen);
  for (const { rest } of allOf("networking.k8s.io/v1 Ingress")) {
    for (const { backend: way } of rest.spec.rules.flatMap(({ http }) => http.paths)) {
      const service = services.find(({ name }) => name === way.service.name);
      assert.ok(
        service?.rest.spec.ports.some(({ name }) => name === way.service.port.name),
        JSON.stringify(way),
      );
    }
  }
  for (const check of [box?.startupProbe, box?.readinessProbe, box?.livenessProbe]) {
    assert.ok(ports.includes(check?.httpGet.port ?? ""));
  }
  const claims = allOf("v1 PersistentVolumeClaim").map(({ name }) => name);
  assert.deepEqual(
    template.spec.volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim.claimName),
    claims,
  );
  assert.deepEqual(
    box?.volumeMounts.map(({ name }) => name),
    template.spec.volumes.map(({ name }) => name),
  );
  const held = [...allOf("v1 Secret"), ...allOf("v1 ConfigMap")].map(({ name }) => name);
  for (const from of box?.envFrom ?? []) assert.ok(held.includes(Object.values(from)[0]?.name ?? ""));
});

test("the cluster's settings make a node, which has more time to end than its conversations", () => {
  const settings = [
    ...allOf("v1 Secret").map(({ rest }) => rest.stringData),
    ...allOf("v1 ConfigMap").map(({ rest }) => rest.data),
  ];
  const config = configOf(Object.assign({}, ...settings, { XIAOZHI_NODE_NAME: "xiaozhi-0" }));
  assert.notEqual(config.nats.url, "");
  assert.notEqual(config.database.url, "");
  assert.ok(config.server.auth_key.length >= 16);
  const [set] = allOf("apps/v1 StatefulSet");
  assert.ok((set?.rest.spec.template.spec.terminationGracePeriodSeconds ?? 0) > config.node.drain_seconds);
  assert.deepEqual(
    set?.rest.spec.template.spec.containers[0]?.ports.map(({ containerPort }) => containerPort),
    [config.server.port, config.server.http_port, config.mcp_endpoint_server.port],
  );
});

test("the Compose file's nodes are nodes of one fleet, and what it names is there", () => {
  const { services, volumes } = parse(read(COMPOSE), { merge: true }) as {
    services: Record<string, Record<string, unknown>>;
    volumes: Record<string, unknown>;
  };
  const nodes = Object.entries(services).filter(([name]) => name.startsWith("node-"));
  const names = nodes.map(([, { environment, stop_grace_period: grace }]) => {
    const given = Object.entries(environment as Record<string, string>).filter(([key]) => key !== "TZ");
    const env = Object.fromEntries(
      given.map(([key, text]) => [key, text.replaceAll(/\$\{[^}]*\}/g, "a-long-secret-a")]),
    );
    const config = configOf({ ...env, XIAOZHI_SERVER_AUTH_KEY: "a-long-secret-that-all-have" });
    assert.ok(Number.parseInt(String(grace), 10) > config.node.drain_seconds);
    return config.node.name;
  });
  assert.deepEqual(names, ["a", "b", "c"]);
  for (const [name, service] of Object.entries(services)) {
    const needed = service["depends_on"] ?? [];
    for (const other of Array.isArray(needed) ? needed : Object.keys(needed))
      assert.ok(services[other], `${name}: ${other}`);
    for (const volume of (service["volumes"] as string[] | undefined) ?? []) {
      const [from = ""] = volume.split(":");
      if (from.startsWith(".")) assert.ok(existsSync(join(ROOT, dirname(COMPOSE), from)), volume);
      else assert.ok(from in volumes, volume);
    }
  }
  const balanced = [...read("packaging/compose/haproxy.cfg").matchAll(/^ {2}server \w+ ([\w-]+):(\d+)$/gm)];
  assert.deepEqual(new Set(balanced.map(([, host]) => host)), new Set(nodes.map(([name]) => name)));
  assert.deepEqual(new Set(balanced.map(([, , at]) => at)), new Set(["8000", "8002"]));
});
