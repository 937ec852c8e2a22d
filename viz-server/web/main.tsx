import 'uplot/dist/uPlot.min.css';
import './style/index.css';
import { render } from 'preact';
import { Viewer } from './app/viewer.ts';
import { listenForKeys } from './keys/key-map.ts';
import { App } from './panels/app.tsx';
import { drawStatistics } from './panels/timeline.tsx';

const viewer = new Viewer();
Object.assign(window, { escapement: { viewer, drawStatistics } });
listenForKeys(viewer);
render(<App viewer={viewer} />, document.body);
viewer.start();
