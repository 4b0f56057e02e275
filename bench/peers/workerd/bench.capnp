using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "fresh", worker = .fresh), (name = "warm", worker = .warm)],
  sockets = [
    (name = "fresh", address = "@FRESH@", http = (), service = "fresh"),
    (name = "warm", address = "@WARM@", http = (), service = "warm"),
  ],
);

const fresh :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "fresh.js")],
  compatibilityDate = "2025-09-01",
  bindings = [(name = "LOADER", workerLoader = (id = "bench"))],
);

const warm :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "warm.js")],
  compatibilityDate = "2025-09-01",
);
