import type { ActorRef, SpawnOptions } from '../../engine/kernel/actor.ts';
import type { Behavior, Message } from '../../engine/kernel/index.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { type NetworkMessage, network } from '../network/network-actor.ts';
import { type FileClientMessage, fileClient, type Striping } from './file-client.ts';
import { type StationMessage, serviceStation } from './service-station.ts';
import { type StorageFabricSpec, storageFabric } from './storage-fabric.ts';

/** A parallel file system and its clients. */
export interface FileSystemSpec extends StorageFabricSpec, Striping {
  /** Operations the metadata server does at once. */
  readonly metadataServers: number;
  /** Time of an open, stat or close. */
  readonly metadataService: Duration;
  /** Requests an object server works on at once, before it sends. */
  readonly requestThreads: number;
  /** Time of one request before its bytes flow. */
  readonly requestService: Duration;
}

/** The actors of a file system. */
export interface FileSystem {
  /** Ask one of these: `yield* ask(fs.clients[3], { type: 'read', file, offset, bytes, open: true })`. */
  readonly clients: readonly ActorRef<FileClientMessage>[];
  readonly metadata: ActorRef<StationMessage>;
  readonly servers: readonly ActorRef<StationMessage>[];
  readonly network: ActorRef<NetworkMessage>;
}

interface Spawner {
  spawn<Spec, State, M extends Message>(
    name: string,
    behavior: Behavior<Spec, State, M>,
    spec: Spec,
    options?: SpawnOptions,
  ): ActorRef<M>;
}

/** Spawns metadata server, object servers, network and clients as `name/...`. Throws STORAGE_SPEC. */
export function fileSystem(sim: Spawner, name: string, spec: FileSystemSpec): FileSystem {
  const net = sim.spawn(`${name}/network`, network, { topology: storageFabric(spec) });
  const metadata = sim.spawn(`${name}/metadata`, serviceStation, {
    servers: spec.metadataServers,
    service: spec.metadataService,
  });
  const servers = Array.from({ length: spec.servers }, (_, i) =>
    sim.spawn(`${name}/server${i}`, serviceStation, { servers: spec.requestThreads, service: spec.requestService }),
  );
  const { stripe, count, request, window } = spec;
  const common = { stripe, count, request, window, metadata, servers, firstServer: spec.clients, network: net };
  const clients = Array.from({ length: spec.clients }, (_, i) =>
    sim.spawn(`${name}/client${i}`, fileClient, { ...common, endpoint: i }),
  );
  return { clients, metadata, servers, network: net };
}
