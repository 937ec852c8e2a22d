import type { Viewer } from '../app/viewer.ts';

/** Something one can do: its name in the palette, its key, what it does. */
export interface Command {
  readonly id: string;
  readonly keys: readonly string[];
  readonly title: string;
  readonly group: 'Move' | 'Choose' | 'Run' | 'Panels';
  run(viewer: Viewer): void;
}

const zoomStep = 1.4;
/** Part of what is on screen by which a key scrubs. */
const scrubShare = 1 / 40;

function tab(viewer: Viewer, name: NonNullable<Viewer['tab']['value']>): void {
  viewer.tab.value = viewer.tab.value === name ? undefined : name;
  viewer.changed();
}

/** All commands; help, palette and keys come from this list alone. */
export const commands: readonly Command[] = [
  {
    id: 'zoom-in',
    keys: ['W'],
    title: 'Zoom in at the cursor',
    group: 'Move',
    run: (viewer) => viewer.move.zoom(1 / zoomStep),
  },
  {
    id: 'zoom-out',
    keys: ['S'],
    title: 'Zoom out at the cursor',
    group: 'Move',
    run: (viewer) => viewer.move.zoom(zoomStep),
  },
  {
    id: 'pan-left',
    keys: ['A'],
    title: 'Pan left',
    group: 'Move',
    run: (viewer) => viewer.move.pan(-viewer.time.width / 8),
  },
  {
    id: 'pan-right',
    keys: ['D'],
    title: 'Pan right',
    group: 'Move',
    run: (viewer) => viewer.move.pan(viewer.time.width / 8),
  },
  {
    id: 'fit',
    keys: ['F'],
    title: 'Fit selection or area; again: fit all',
    group: 'Move',
    run: (viewer) => viewer.move.fit(),
  },
  { id: 'fit-all', keys: ['0'], title: 'Fit all', group: 'Move', run: (viewer) => viewer.move.fitAll() },
  {
    id: 'follow',
    keys: ['L'],
    title: 'Follow the live edge; again: zoomed or all',
    group: 'Move',
    run: (viewer) => viewer.move.toggleFollow(),
  },
  {
    id: 'pause-view',
    keys: ['Space'],
    title: 'Pause or resume the view',
    group: 'Move',
    run: (viewer) => viewer.move.toggleView(),
  },
  {
    id: 'axis',
    keys: ['X'],
    title: 'Axis by events or by time: equal counts of events take equal room',
    group: 'Move',
    run: (viewer) => viewer.axis.toggle(),
  },
  { id: 'back', keys: ['Ctrl+Z'], title: 'Back in view history', group: 'Move', run: (viewer) => viewer.move.back() },
  {
    id: 'next-slice',
    keys: ['.', 'Right'],
    title: 'Next slice on the row',
    group: 'Choose',
    run: (viewer) => viewer.walk.neighbour(1),
  },
  {
    id: 'previous-slice',
    keys: [',', 'Left'],
    title: 'Previous slice on the row',
    group: 'Choose',
    run: (viewer) => viewer.walk.neighbour(-1),
  },
  {
    id: 'row-down',
    keys: ['Down'],
    title: 'Nearest slice on the row below',
    group: 'Choose',
    run: (viewer) => viewer.walk.neighbourRow(1),
  },
  {
    id: 'row-up',
    keys: ['Up'],
    title: 'Nearest slice on the row above',
    group: 'Choose',
    run: (viewer) => viewer.walk.neighbourRow(-1),
  },
  {
    id: 'chain-forward',
    keys: [']'],
    title: 'Go to the cause: who ended the longest wait',
    group: 'Choose',
    run: (viewer) => viewer.choice.forward(),
  },
  {
    id: 'chain-back',
    keys: ['['],
    title: 'Back along the chain of causes',
    group: 'Choose',
    run: (viewer) => viewer.choice.backward(),
  },
  {
    id: 'details',
    keys: ['Enter'],
    title: 'Details of the selected slice',
    group: 'Choose',
    run: (viewer) => {
      viewer.tab.value = 'details';
      viewer.changed();
    },
  },
  {
    id: 'search',
    keys: ['/'],
    title: 'Search tasks by name; Enter and Shift+Enter go on and back',
    group: 'Choose',
    run: () => document.querySelector<HTMLInputElement>('#search')?.focus(),
  },
  {
    id: 'area',
    keys: ['R'],
    title: 'Area from the selected slice',
    group: 'Choose',
    run: (viewer) => {
      const item = viewer.selected.value;
      if (item === undefined) viewer.say('Select a slice first.');
      else {
        viewer.area.value = { from: item.start, to: item.end };
        viewer.say(`Area of ${viewer.span(item.end - item.start)}.`);
        viewer.changed();
      }
    },
  },
  {
    id: 'mark',
    keys: ['M'],
    title: 'Mark the selection or the cursor',
    group: 'Choose',
    run: (viewer) => void viewer.marking.add(''),
  },
  {
    id: 'note',
    keys: ['Shift+M'],
    title: 'Mark with a note',
    group: 'Choose',
    run: (viewer) => {
      viewer.dialog.value = 'note';
    },
  },
  {
    id: 'next-mark',
    keys: ['V'],
    title: 'Go to the next mark',
    group: 'Choose',
    run: (viewer) => viewer.marking.next(1),
  },
  {
    id: 'previous-mark',
    keys: ['Shift+V'],
    title: 'Go to the previous mark',
    group: 'Choose',
    run: (viewer) => viewer.marking.next(-1),
  },
  {
    id: 'remove-mark',
    keys: ['Delete'],
    title: 'Remove the mark that was made or gone to last',
    group: 'Choose',
    run: (viewer) => void viewer.marking.remove(),
  },
  {
    id: 'past',
    keys: ['P'],
    title: 'Look at the past: state at the selection or cursor; again: back to now',
    group: 'Run',
    run: (viewer) => viewer.travel.toggle(),
  },
  {
    id: 'past-earlier',
    keys: ['Shift+Left'],
    title: 'Scrub to an earlier state',
    group: 'Run',
    run: (viewer) => viewer.travel.scrub(-scrubShare),
  },
  {
    id: 'past-later',
    keys: ['Shift+Right'],
    title: 'Scrub to a later state',
    group: 'Run',
    run: (viewer) => viewer.travel.scrub(scrubShare),
  },
  {
    id: 'past-event-back',
    keys: ['J'],
    title: 'State one event earlier',
    group: 'Run',
    run: (viewer) => viewer.travel.stepEvent(-1),
  },
  {
    id: 'past-event-on',
    keys: ['K'],
    title: 'State one event later',
    group: 'Run',
    run: (viewer) => viewer.travel.stepEvent(1),
  },
  {
    id: 'pause-run',
    keys: ['Shift+Space'],
    title: 'Pause or resume the simulation',
    group: 'Run',
    run: (viewer) => viewer.ask.toggleRun(),
  },
  {
    id: 'step',
    keys: ['N'],
    title: 'Step one event',
    group: 'Run',
    run: (viewer) => void viewer.ask.control({ op: 'step', args: { events: 1 } }),
  },
  {
    id: 'step-instant',
    keys: ['Shift+N'],
    title: 'Step one instant',
    group: 'Run',
    run: (viewer) => void viewer.ask.control({ op: 'step', args: { instants: 1 } }),
  },
  {
    id: 'restart',
    keys: [],
    title: 'Restart the run',
    group: 'Run',
    run: (viewer) => void viewer.ask.control({ op: 'reset' }),
  },
  {
    id: 'table',
    keys: ['T'],
    title: 'Text table of what is visible',
    group: 'Panels',
    run: (viewer) => tab(viewer, 'table'),
  },
  {
    id: 'blocking',
    keys: ['B'],
    title: 'What blocks: resources and how long they were waited for',
    group: 'Panels',
    run: (viewer) => tab(viewer, 'blocking'),
  },
  {
    id: 'histogram',
    keys: ['H'],
    title: 'Histogram of the selected kind of slice',
    group: 'Panels',
    run: (viewer) => tab(viewer, 'histogram'),
  },
  {
    id: 'topology',
    keys: ['G'],
    title: 'Topology with link heat; again: heat off',
    group: 'Panels',
    run: (viewer) => {
      if (viewer.tab.value === 'topology' && viewer.heat.value) viewer.heat.value = false;
      else if (viewer.tab.value === 'topology') {
        viewer.heat.value = true;
        viewer.tab.value = undefined;
      } else {
        viewer.heat.value = true;
        viewer.tab.value = 'topology';
      }
      viewer.changed();
    },
  },
  {
    id: 'compare',
    keys: ['C'],
    title: 'Compare with another run: other parameters, an earlier run, a saved trace',
    group: 'Panels',
    run: (viewer) => viewer.compare.open(),
  },
  {
    id: 'published',
    keys: [],
    title: 'Published figures beside simulated ones',
    group: 'Panels',
    run: (viewer) => tab(viewer, 'published'),
  },
  { id: 'counters', keys: [], title: 'Counters', group: 'Panels', run: (viewer) => tab(viewer, 'counters') },
  { id: 'memory', keys: [], title: 'Memory over time', group: 'Panels', run: (viewer) => tab(viewer, 'memory') },
  { id: 'results', keys: [], title: 'Metrics of the run', group: 'Panels', run: (viewer) => tab(viewer, 'results') },
  {
    id: 'chart',
    keys: [],
    title: 'Statechart and state of the selected actor',
    group: 'Panels',
    run: (viewer) => tab(viewer, 'chart'),
  },
  { id: 'query', keys: [], title: 'Query the trace', group: 'Panels', run: (viewer) => tab(viewer, 'query') },
  {
    id: 'drawer',
    keys: ['Q'],
    title: 'Open or close the drawer',
    group: 'Panels',
    run: (viewer) => {
      viewer.tab.value = viewer.tab.value === undefined ? 'details' : undefined;
      viewer.changed();
    },
  },
  {
    id: 'side',
    keys: ['Ctrl+B'],
    title: 'Open or close the side bar',
    group: 'Panels',
    run: (viewer) => {
      viewer.isSideOpen.value = !viewer.isSideOpen.value;
    },
  },
  { id: 'theme', keys: [], title: 'Light or dark', group: 'Panels', run: (viewer) => viewer.toggleTheme() },
  {
    id: 'palette',
    keys: ['Ctrl+Shift+P'],
    title: 'All commands',
    group: 'Panels',
    run: (viewer) => {
      viewer.dialog.value = 'palette';
    },
  },
  {
    id: 'help',
    keys: ['?'],
    title: 'Help with all keys',
    group: 'Panels',
    run: (viewer) => {
      viewer.dialog.value = viewer.dialog.value === 'help' ? undefined : 'help';
    },
  },
  {
    id: 'escape',
    keys: ['Esc'],
    title: 'Close what is open, come back to now, clear the area, then the selection',
    group: 'Panels',
    run: (viewer) => {
      if (viewer.dialog.value !== undefined) viewer.dialog.value = undefined;
      else if (viewer.travel.moment.value !== undefined) viewer.travel.leave();
      else if (viewer.area.value !== undefined) viewer.area.value = undefined;
      else if (viewer.selected.value !== undefined) viewer.choice.select(undefined);
      else viewer.tab.value = undefined;
      viewer.changed();
    },
  },
];
