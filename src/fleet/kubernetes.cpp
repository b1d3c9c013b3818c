// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/fleet/kubernetes.hpp>

#include <algorithm>

namespace plex_tuner::fleet {

namespace {

constexpr std::size_t kMostOfALabel = 63;
constexpr std::string_view kPrefix = "plextuner-";
/// Measured (build/bench/bench/fleet): a tuner of 440 channels 18 MB, 50 MB while it builds its
/// guide; the supervisor 9 MB. Each open channel has a ring of 16 MiB.
constexpr std::size_t kRequestedMiB = 64;
constexpr std::size_t kRequestedMiBOfATuner = 20;
constexpr std::size_t kMostMiB = 256;
constexpr std::size_t kMostMiBOfATuner = 80;

constexpr std::string_view kHead =
    "# Made by `plex-tuner generate-supervisor-config -k8s`: change what that is told, and make it "
    "anew.\n";

constexpr std::string_view kLabels = R"(    app.kubernetes.io/name: plex-tuner
    app.kubernetes.io/component: supervisor
)";

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kMostOfALabel && text.front() != '-' &&
           text.back() != '-' && std::ranges::all_of(text, [](char c) {
               return ascii::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
           });
}

/// What an image is called: no blanks, quotes or what YAML reads otherwise.
bool is_image(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == ':' ||
               c == '@';
    });
}

std::string kustomization(const KubernetesOptions& options) {
    return std::string(kHead) +
           "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + "namespace: \"" +
           options.name_space + R"("
resources:
  - deployment.yaml
  - pvc.yaml
  - services.yaml
configMapGenerator:
  - name: plextuner-supervisor
    files:
      - supervise.json
)";
}

std::string volume_claim() {
    return std::string(kHead) +
           R"(# Of all tuners: guide numbers, device ids, catalogs, guides, lists that were fetched. SQLite with a
# write-ahead log is in it: a local or block volume, not NFS.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: plextuner-supervisor
  labels:
)" + std::string(kLabels) +
           R"(spec:
  accessModes: ["ReadWriteOnce"]
  resources:
    requests:
      storage: 10Gi
)";
}

std::string service(const FleetTuner& tuner) {
    return "apiVersion: v1\nkind: Service\nmetadata:\n  name: " + std::string(kPrefix) +
           tuner.name + "\n  labels:\n" + std::string(kLabels) +
           "    plex-tuner/tuner: " + tuner.name + R"(
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: plex-tuner
    app.kubernetes.io/component: supervisor
  ports:
    - name: http
      port: 5004
      targetPort: )" +
           std::to_string(tuner.port) + "\n      protocol: TCP\n";
}

std::string services(const std::vector<FleetTuner>& tuners) {
    std::string text = std::string(kHead) +
                       "# One for each tuner: Plex reaches all of them at port 5004 of a name.\n";
    for (std::size_t i = 0; i < tuners.size(); ++i) {
        text += (i == 0 ? "" : "---\n") + service(tuners[i]);
    }
    return text;
}

std::string container_ports(const std::vector<FleetTuner>& tuners) {
    std::string text;
    for (const FleetTuner& tuner : tuners) {
        text += "            - name: " + tuner.name +
                "\n              containerPort: " + std::to_string(tuner.port) +
                "\n              protocol: TCP\n";
    }
    // Discovery and control of HDHomeRun, SSDP: of the tuner that is in the network.
    text += R"(            - name: hdhr-discover
              containerPort: 65001
              protocol: UDP
            - name: hdhr-control
              containerPort: 65001
              protocol: TCP
            - name: ssdp
              containerPort: 1900
              protocol: UDP
)";
    return text;
}

std::string deployment(const std::vector<FleetTuner>& tuners, const KubernetesOptions& options) {
    const auto memory = [&](std::size_t fixed, std::size_t of_a_tuner) {
        return std::to_string(fixed + of_a_tuner * tuners.size()) + "Mi\n";
    };
    std::string text =
        std::string(kHead) + R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: plextuner-supervisor
  labels:
)" + std::string(kLabels) +
        R"(spec:
  replicas: 1
  # Its state is a directory of one machine, and its ports are the node's: the old pod goes first.
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app.kubernetes.io/name: plex-tuner
      app.kubernetes.io/component: supervisor
  template:
    metadata:
      labels:
        app.kubernetes.io/name: plex-tuner
        app.kubernetes.io/component: supervisor
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # Discovery is by broadcast and multicast, which end at the border of a pod's own network. Network
      # policies do not hold for pods in the node's.
      hostNetwork: true
      dnsPolicy: ClusterFirstWithHostNet
      nodeSelector:
        media: plex
      # Children get eight seconds.
      terminationGracePeriodSeconds: 20
      securityContext:
        runAsNonRoot: true
        runAsUser: 5004
        runAsGroup: 5004
        fsGroup: 5004
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: supervisor
          image: ")" +
        options.image +
        R"("
          imagePullPolicy: IfNotPresent
          args: ["supervise", "-config", "/config/supervise.json"]
          workingDir: /data
          env:
            - name: PLEX_TUNER_SHARED_DIR
              value: /data/shared
            - name: PLEX_TUNER_LOG_FORMAT
              value: json
          ports:
)" + container_ports(tuners) +
        R"(          # The supervisor's page is at the node's loopback, where the kubelet is, too.
          startupProbe:
            httpGet:
              host: 127.0.0.1
              path: /healthz
              port: 5099
            periodSeconds: 2
            failureThreshold: 30
          livenessProbe:
            httpGet:
              host: 127.0.0.1
              path: /healthz
              port: 5099
            periodSeconds: 15
            timeoutSeconds: 5
            failureThreshold: 4
          # One tuner that has nothing must not take the others' Services away: the one in the network is asked.
          readinessProbe:
            httpGet:
              path: /readyz
              port: )" +
        tuners.front().name +
        R"(
            periodSeconds: 5
            timeoutSeconds: 5
          # No limit of CPU: a stream that is throttled is a picture that stands still.
          resources:
            requests:
              cpu: 250m
              memory: )" +
        memory(kRequestedMiB, kRequestedMiBOfATuner) +
        "            limits:\n              memory: " + memory(kMostMiB, kMostMiBOfATuner) +
        R"(          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: data
              mountPath: /data
            - name: tmp
              mountPath: /tmp
            - name: config
              mountPath: /config
              readOnly: true
            - name: provider
              mountPath: /run/secrets/plex-tuner
              readOnly: true
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: plextuner-supervisor
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
        - name: config
          configMap:
            name: plextuner-supervisor
        - name: provider
          secret:
            secretName: plextuner-supervisor
            defaultMode: 0440
            items:
              - key: provider.env
                path: provider.env
)";
    return text;
}

} // namespace

Result<std::vector<KubernetesFile>> kubernetes_manifests(
    const GeneratedFleet& fleet, const KubernetesOptions& options) {
    if (!is_label(options.name_space)) {
        return fail(ErrorCode::invalid_argument,
            "a namespace is made of small letters, digits and - , at most 63 of them");
    }
    if (!is_image(options.image)) {
        return fail(
            ErrorCode::invalid_argument, "the image is no name like registry/plex-tuner:1.0");
    }
    if (fleet.tuners.empty()) {
        return fail(ErrorCode::invalid_argument, "there is no tuner");
    }
    return std::vector<KubernetesFile>{{"kustomization.yaml", kustomization(options)},
        {"deployment.yaml", deployment(fleet.tuners, options)},
        {"services.yaml", services(fleet.tuners)}, {"pvc.yaml", volume_claim()}};
}

} // namespace plex_tuner::fleet
