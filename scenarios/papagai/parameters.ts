import { z } from 'zod';
import { type PapagaiParams, params } from './params.ts';

/** Every parameter at its default. */
export const defaultParams: PapagaiParams = z.object(params).parse({});
