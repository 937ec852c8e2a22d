export { type LiveServer, type LiveServerOptions, startServer } from './server/index.ts';
