import type { TraceChunk } from '../../engine/trace/index.ts';
import type { AnalysisKind, Table } from '../protocol/index.ts';
import type { TraceComparison } from './compare-tables.ts';

/** What a run tells. */
export type ArchiveMessage =
  | { readonly kind: 'sim'; readonly sim: number; readonly tickPs: number }
  | { readonly kind: 'chunk'; readonly sim: number; readonly chunk: TraceChunk };

/** What the server says to the thread that analyses. Runs have numbers; the one that is watched is the one that `begin` named last. */
export type ToAnalysis =
  | { readonly kind: 'begin'; readonly run: number; readonly isWatched: boolean }
  | (ArchiveMessage & { readonly run: number })
  | { readonly kind: 'forget'; readonly run: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question };

/** What can be asked; `sim` 0: the newest simulation. */
export type Question =
  | { readonly kind: 'detail'; readonly sim: number; readonly task: number }
  | { readonly kind: 'query'; readonly sim: number; readonly text: string; readonly maxRows: number }
  | {
      readonly kind: 'analyze';
      readonly sim: number;
      readonly what: AnalysisKind;
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly taskKind: string | undefined;
      readonly maxRows: number;
    }
  | { readonly kind: 'export'; readonly sim: number; readonly format: 'pftrace' | 'json' }
  | ({
      readonly kind: 'compare';
      readonly sim: number;
      readonly before: number;
      readonly after: number;
    } & TraceComparison)
  /** Takes the bytes of a Perfetto file as run `run`. */
  | { readonly kind: 'load'; readonly run: number; readonly bytes: Uint8Array<ArrayBuffer> };

export type AnalysisAnswer =
  | { readonly kind: 'table'; readonly table: Table; readonly truncated: boolean; readonly value?: unknown }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly hint: string };

export interface FromAnalysis {
  readonly id: number;
  readonly answer: AnalysisAnswer;
}
