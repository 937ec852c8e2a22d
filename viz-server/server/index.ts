export { type LiveServer, type LiveServerOptions, startServer } from './start-server.ts';
