import type { ValidationModel } from './model.ts';
import { decodeModel, prefillModel } from './models/attention.ts';
import { clusterCollectiveModel, nodeCollectiveModel, smallClusterCollectiveModel } from './models/collectives.ts';
import { fsdpModel } from './models/fsdp.ts';
import { gemmModel } from './models/gemm.ts';
import { megatronFullModel, megatronSelectiveModel, vtrainModel } from './models/megatron.ts';
import { storageModels } from './models/storage.ts';

/** Every cost model that tables can check. */
export const models: readonly ValidationModel[] = [
  gemmModel,
  prefillModel,
  decodeModel,
  nodeCollectiveModel,
  clusterCollectiveModel,
  smallClusterCollectiveModel,
  megatronFullModel,
  megatronSelectiveModel,
  vtrainModel,
  fsdpModel,
  ...storageModels,
];

/** A table of the package. */
export interface ShippedTable {
  readonly file: string;
  /** `split`: constants are fitted to four fifths of it and the rest is a check; `check`: nothing is fitted to it. */
  readonly use: 'split' | 'check';
  readonly source: string;
  readonly licence: string;
}

/** Tables that ship with the package. */
export const shippedTables: readonly ShippedTable[] = [
  { file: 'gemm_bf16.csv', use: 'split', source: 'ai-dynamo/aiconfigurator', licence: 'Apache-2.0' },
  { file: 'attention_bf16.csv', use: 'split', source: 'ai-dynamo/aiconfigurator', licence: 'Apache-2.0' },
  { file: 'nccl_single_node.csv', use: 'split', source: 'ai-dynamo/aiconfigurator', licence: 'Apache-2.0' },
  {
    file: 'nccl_allreduce_multinode.csv',
    use: 'split',
    source: 'aws-samples/awsome-distributed-training',
    licence: 'MIT-0',
  },
  {
    file: 'megatron_seqsel_table5.csv',
    use: 'check',
    source: 'Korthikanti et al., arXiv 2205.05198, Table 5',
    licence: 'published numbers',
  },
  { file: 'vtrain_a100_iter_single.csv', use: 'split', source: 'VIA-Research/vTrain', licence: 'MIT' },
  { file: 'llmfoundry_mpt_throughput.csv', use: 'check', source: 'mosaicml/llm-foundry', licence: 'Apache-2.0' },
  {
    file: 'mlperf_storage.csv',
    use: 'check',
    source: 'MLPerf Storage v1.0 results, mlcommons/storage_results_v1.0',
    licence: 'MLCommons result-use rules',
  },
];
