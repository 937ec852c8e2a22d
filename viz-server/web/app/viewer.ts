import { Address } from './address.ts';
import { AxisChoice } from './axis-choice.ts';
import { Comparison } from './comparison.ts';
import { LiveConnection } from './live-connection.ts';
import { Marking } from './marking.ts';
import { Movement } from './movement.ts';
import { PageState } from './page-state.ts';
import { Questions } from './questions.ts';
import { RunFeed } from './run-feed.ts';
import { Selection } from './selection.ts';
import { readStored, store } from './stored.ts';
import { TimeTravel } from './time-travel.ts';
import { ViewRequest } from './view-request.ts';
import { Walk } from './walk.ts';

/** The state of the page and what can be done to it, one part a concept. */
export class Viewer extends PageState {
  readonly address: Address;
  readonly live: LiveConnection;
  readonly move: Movement;
  readonly axis: AxisChoice;
  readonly choice: Selection;
  readonly walk: Walk;
  readonly marking: Marking;
  readonly ask: Questions;
  readonly travel: TimeTravel;
  readonly compare: Comparison;
  readonly feed: RunFeed;

  constructor() {
    super();
    const theme = readStored('theme');
    if (theme !== null) this.isDark.value = theme === 'dark';
    this.address = new Address(this);
    const { token, control } = this.address.link;
    this.live = new LiveConnection(
      { token, control },
      {
        line: (state) => this.feed.takeLine(state),
        message: (message) => this.feed.takeMessage(message),
        chunk: (chunk) => this.feed.takeChunk(chunk),
      },
    );
    const views = new ViewRequest(this, this.live);
    this.move = new Movement(this);
    this.axis = new AxisChoice(this);
    this.choice = new Selection(this, this.move, this.live);
    this.walk = new Walk(this, this.move, this.choice);
    this.marking = new Marking(this, this.move, this.live);
    this.ask = new Questions(this, this.live);
    this.travel = new TimeTravel(this, this.live, this.address.link.past);
    this.compare = new Comparison(this, this.live);
    this.feed = new RunFeed(this, { live: this.live, views, choice: this.choice, address: this.address });
  }

  start(): void {
    this.live.open();
    this.address.listen(this.move);
  }

  toggleTheme(): void {
    this.isDark.value = !this.isDark.value;
    store('theme', this.isDark.value ? 'dark' : 'light');
    this.invalidate();
  }
}
