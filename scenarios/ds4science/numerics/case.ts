/** Rows that attend independently, positions, heads and head size of one attention. */
export interface CaseShape {
  readonly n1: number;
  readonly n2: number;
  readonly heads: number;
  readonly headDim: number;
}

/** Inputs of biased attention. Tensors are ordered row, head, position, element; the mask row, position; the pair bias head, query, key. */
export interface CaseInputs {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly gradOutput: Float32Array;
  readonly mask: Float32Array;
  readonly pair: Float32Array;
}

/** Output and gradients, in the order of the inputs. */
export interface CaseResult<Numbers extends Float32Array | Float64Array> {
  readonly output: Numbers;
  readonly gradQ: Numbers;
  readonly gradK: Numbers;
  readonly gradV: Numbers;
  readonly gradPair: Numbers;
}
