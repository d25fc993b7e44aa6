import type { Input } from './shape.ts';
import type { World } from './world.ts';

/** What a control route does to the world; `replaced` is another world from now on. The body has passed its schema. */
export type Action = (world: World, body: Input) => { readonly result: unknown; readonly replaced?: World };
