import type { z } from 'zod';
import { type ClientMessage, clientMessageSchema } from './client-messages.ts';
import { protocolErrors } from './errors.ts';
import { type ServerMessage, serverMessageSchema } from './server-messages.ts';

/** Reads a message from a browser. Throws PROTOCOL_MESSAGE for anything that the schema does not know. */
export function parseClientMessage(text: string): ClientMessage {
  return parse(text, clientMessageSchema);
}

/** Reads a message of the server. Throws PROTOCOL_MESSAGE for anything that the schema does not know. */
export function parseServerMessage(text: string): ServerMessage {
  return parse(text, serverMessageSchema);
}

function parse<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw protocolErrors.create('PROTOCOL_MESSAGE', { problem: 'it is no JSON', hint: 'Send one JSON object.' });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const { path = [], message = 'not understood' } = read.error.issues[0] ?? {};
  const problem = `${path.map(String).join('.').slice(0, 80) || 'the message'}: ${message.slice(0, 200)}`;
  throw protocolErrors.create('PROTOCOL_MESSAGE', { problem, hint: 'See the protocol reference.' });
}
