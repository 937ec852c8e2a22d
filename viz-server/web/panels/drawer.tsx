import type { Tab } from '../app/page-state.ts';
import type { Viewer } from '../app/viewer.ts';
import { ActorPanel } from './actor-panel.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { CountersPanel } from './counters-panel.tsx';
import { DetailsPanel } from './details-panel.tsx';
import { HistogramPanel } from './histogram-panel.tsx';
import { QueryPanel } from './query-panel.tsx';
import { PublishedPanel, ResultsPanel } from './results-panel.tsx';
import { TopologyPanel } from './topology-panel.tsx';
import { VisibleTable } from './visible-table.tsx';

const tabs: ReadonlyArray<readonly [Tab, string]> = [
  ['details', 'Details'],
  ['blocking', 'What blocks'],
  ['counters', 'Counters'],
  ['memory', 'Memory'],
  ['results', 'Results'],
  ['compare', 'Compare'],
  ['published', 'Published'],
  ['topology', 'Topology'],
  ['chart', 'Actor'],
  ['histogram', 'Histogram'],
  ['query', 'Query'],
  ['table', 'Table'],
];

const analyses = [
  ['blocking', 'Waits by resource'],
  ['bottlenecks', 'Where the time went'],
  ['criticalPath', 'Critical path'],
  ['utilisation', 'Use of actors'],
  ['breakdown', 'Breakdown'],
  ['exposed', 'Exposed communication'],
  ['stragglers', 'Stragglers'],
] as const;

const isBytes = (unit: string): boolean => unit === 'B' || unit.endsWith('iB');

/** Panels below the timeline, one at a time. */
export function Drawer({ viewer }: { readonly viewer: Viewer }) {
  const open = viewer.tab.value;
  const choose = (tab: Tab): void => {
    viewer.tab.value = open === tab ? undefined : tab;
    viewer.changed();
  };
  return (
    <section class={open === undefined ? 'drawer shut' : 'drawer'} aria-label="Panels">
      <div
        role="tablist"
        aria-label="Panels"
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          if (step === 0) return;
          const at = tabs.findIndex(([tab]) => tab === open);
          const [next] = tabs[(at + step + tabs.length) % tabs.length]!;
          viewer.tab.value = next;
          document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
        }}
      >
        {tabs.map(([tab, title]) => (
          <button
            type="button"
            role="tab"
            id={`tab-${tab}`}
            key={tab}
            aria-selected={open === tab}
            aria-controls="panel"
            tabIndex={open === tab || (open === undefined && tab === 'details') ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {title}
          </button>
        ))}
      </div>
      {open !== undefined && (
        <div id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${open}`} tabIndex={0} data-tab={open}>
          <Panel viewer={viewer} tab={open} />
        </div>
      )}
    </section>
  );
}

function Panel({ viewer, tab }: { readonly viewer: Viewer; readonly tab: Tab }) {
  // What a panel was answered holds in one run.
  const { runId } = viewer.run.value;
  switch (tab) {
    case 'details':
      return <DetailsPanel viewer={viewer} />;
    case 'blocking':
      return <AnalysisPanel key={runId} viewer={viewer} kinds={analyses} />;
    case 'counters':
      return (
        <CountersPanel key={`all ${runId}`} viewer={viewer} wanted={() => true} nothing="This run has no counters." />
      );
    case 'memory':
      return (
        <CountersPanel
          key={`memory ${runId}`}
          viewer={viewer}
          wanted={({ unit }) => isBytes(unit)}
          nothing="This run counts no bytes of memory."
        />
      );
    case 'results':
      return <ResultsPanel viewer={viewer} />;
    case 'compare':
      return <ComparePanel viewer={viewer} />;
    case 'published':
      return <PublishedPanel viewer={viewer} />;
    case 'topology':
      return <TopologyPanel key={runId} viewer={viewer} />;
    case 'chart':
      return <ActorPanel key={runId} viewer={viewer} />;
    case 'histogram':
      return <HistogramPanel key={runId} viewer={viewer} />;
    case 'query':
      return <QueryPanel key={runId} viewer={viewer} />;
    case 'table':
      return <VisibleTable viewer={viewer} />;
    default:
      return tab satisfies never;
  }
}
