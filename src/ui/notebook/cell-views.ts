/** All that draws cells, in one piece: a card that opens has what it needs once its glimpse was shown. */
export { CellDetails } from "./cell-details.tsx";
export { CellShown } from "./cell-shown.tsx";
