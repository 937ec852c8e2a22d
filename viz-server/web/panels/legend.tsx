import type { Viewer } from '../app/viewer.ts';
import { causeLooks, waitCauses } from '../draw/palette.ts';
import { visibleCauses } from '../view/visible-causes.ts';
import { Swatch } from './swatch.tsx';

/** What the picture means, in one line: plain is work, a pattern is a wait for what its word says. */
export function Legend({ viewer }: { readonly viewer: Viewer }) {
  viewer.moved.value;
  viewer.status.value;
  const causes = visibleCauses(viewer);
  return (
    <div class="legend" role="note" aria-label="Legend">
      <span class="item">
        <Swatch index={255} viewer={viewer} /> works (colour: kind of work)
      </span>
      {causes.length > 0 && <span class="item soft">waits for:</span>}
      {causes.map((index) => {
        const cause = waitCauses[index]!;
        return (
          <span class="item" key={cause} title={causeLooks[cause].meaning}>
            <Swatch index={index} viewer={viewer} /> {cause}
            <span class="soft meaning">{causeLooks[cause].meaning}</span>
          </span>
        );
      })}
      <span class="item soft last">
        zig-zag 12× = that many tasks too short to draw · click anything for why · <kbd>?</kbd> keys
      </span>
    </div>
  );
}
