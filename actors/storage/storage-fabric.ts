import { LinkList, type PortSpec, type Topology } from '../network/topology.ts';
import { checkCount, storageErrors } from './errors.ts';

/** The wires of a parallel file system, for the flow network. */
export interface StorageFabricSpec {
  readonly clients: number;
  readonly servers: number;
  /** What one client can receive. */
  readonly client: PortSpec;
  /** What one object server can send. */
  readonly server: PortSpec;
  /** What all servers together can send; without it the fabric never limits. */
  readonly fabric?: PortSpec;
}

/** Clients are endpoints 0 to clients - 1, servers follow. Links `serverS/up`, `fabric`, `clientC/down`; data flows from servers to clients. Throws STORAGE_SPEC. */
export function storageFabric({ clients, servers, client, server, fabric }: StorageFabricSpec): Topology {
  checkCount('clients', clients);
  checkCount('servers', servers);
  const list = new LinkList();
  for (let c = 0; c < clients; c++) list.add(`client${c}/down`, 'nic', 'network', client);
  for (let s = 0; s < servers; s++) list.add(`server${s}/up`, 'storage', 'network', server);
  const shared = fabric === undefined ? [] : [list.add('fabric', 'fabric', 'network', fabric)];
  return {
    endpoints: clients + servers,
    links: Object.freeze(list.links),
    nodeOf: (endpoint) => endpoint,
    nameOf: (endpoint) => (endpoint < clients ? `client${endpoint}` : `server${endpoint - clients}`),
    route(from, to) {
      if (!(from >= clients && from < clients + servers && to >= 0 && to < clients))
        throw storageErrors.create('STORAGE_READ', {
          what: 'route',
          value: `${from} to ${to}`,
          expected: 'server to client',
        });
      return [from, ...shared, to];
    },
  };
}
