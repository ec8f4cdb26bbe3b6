import { style as common } from './html-style.js';

/** The grid is wider than any screen: it scrolls by itself, its first column stays. */
export const style = `${common}body{max-width:100rem}
.faint{color:var(--faint)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;font-size:.9rem}
label.check{flex-direction:row;gap:.4rem;align-items:center;font-size:.9rem;color:var(--ink);padding:.35rem 0}
.fails{color:var(--bad)}.breaks{color:var(--broken)}.vacuous{color:var(--doubt)}.refuses{color:var(--none)}
.grid{border-collapse:separate;border-spacing:0}
.grid th,.grid td{padding:0;border-right:1px solid var(--line)}
.grid td a{display:block;width:1.6rem;line-height:1.6rem;text-align:center;text-decoration:none;color:inherit}
.grid td.fails,.grid td.breaks{background:var(--raised);font-weight:700}
.grid thead span{display:block;writing-mode:vertical-rl;transform:rotate(180deg);max-height:13rem;margin:.3rem auto;line-height:1.6rem}
.grid thead th{vertical-align:bottom}
.grid th[scope=colgroup]{padding:.2rem .4rem;font-size:.8rem}
.grid tr>th:first-child:not([data-chapter]){position:sticky;left:0;background:var(--ground);padding:.25rem .75rem .25rem 0;white-space:nowrap;z-index:1}
@media (max-width:40rem){.grid tr>th:first-child:not([data-chapter]){min-width:6.5rem;max-width:6.5rem;white-space:normal;font-size:.8rem}}
`;
