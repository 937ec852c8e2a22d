/** Version of messages and chunks; a page and a server of different versions refuse each other. */
export const protocolVersion = 1;

/** Name of the protocol in the WebSocket handshake. */
export const subprotocol = 'escapement.v1';

/** First field of the first message: tells a page of ours from something that strayed here. */
export const magic = 'ESCP';

/** Path of the WebSocket. */
export const livePath = '/live';

/** Bounds of a connection. The server tells those it really uses in `welcome`. */
export const limits = {
  /** Bytes of a message from a browser. */
  maxPayload: 64 << 10,
  /** Bytes that the server may send before the first `credit`. */
  initialCredit: 4 << 20,
  /** Most credit that counts: what is granted beyond is ignored. */
  maxCredit: 16 << 20,
  /** Connections at once. */
  maxViewers: 16,
  /** Messages from one browser, on average and at once. */
  messagesPerSecond: 50,
  messageBurst: 100,
  /** Time for the first message. */
  helloMs: 2000,
  /** Bytes handed to the socket and not yet taken by the network, beyond which nothing more is. */
  maxBuffered: 1 << 20,
  /** The same, beyond which the connection is given up. */
  mostBuffered: 8 << 20,
  /** Views of one connection. */
  maxViews: 8,
  /** Rows of a table in one `result`. */
  maxRows: 5000,
} as const;

/** Codes with which the server closes a connection. */
export const closeCodes = {
  tooLarge: 1009,
  mismatch: 4400,
  token: 4401,
  noHello: 4408,
  full: 4413,
  rate: 4429,
  unavailable: 4503,
} as const;

/** Level of a chunk whose items are exact. */
export const exactLevel = 255;

/** Cause of a stretch of work, of a task that never waited. Other causes count the wait causes of the trace in their order. */
export const noCause = 255;
