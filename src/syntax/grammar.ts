/**
 * The grammar, without actions: tokens → concrete syntax tree. `build.ts` makes the syntax tree of it; `grammar/` holds
 * the EBNF generated from it.
 */
import { CstParser } from './chevrotain.ts';
import * as t from './tokens.ts';

export class MedParser extends CstParser {
  constructor() {
    super(t.vocabulary, {
      recoveryEnabled: true,
      nodeLocationTracking: 'onlyOffset',
      maxLookahead: 2,
    });
    this.performSelfAnalysis();
  }

  // A token made up or swallowed by the parser would hide the place of a mistake: it goes on at the next key instead.
  override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }

  file = this.RULE('file', (): void => {
    this.MANY(() => this.SUBRULE(this.statement));
  });

  statement = this.RULE('statement', (): void => {
    this.CONSUME(t.Key);
    this.MANY(() => this.SUBRULE(this.word));
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.SUBRULE(this.value);
          },
        },
        { ALT: () => this.SUBRULE(this.block) },
      ]),
    );
  });

  word = this.RULE('word', (): void => {
    this.OR([
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(t.PlusMinus) },
    ]);
  });

  block = this.RULE('block', (): void => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(t.RightBrace);
  });

  value = this.RULE('value', (): void => {
    this.SUBRULE(this.pipeline);
    this.MANY(() => this.SUBRULE(this.patch));
  });

  pipeline = this.RULE('pipeline', (): void => {
    this.SUBRULE(this.choice);
    this.MANY(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE2(this.choice);
    });
  });

  choice = this.RULE('choice', (): void => {
    this.SUBRULE(this.term);
    this.MANY(() => {
      this.CONSUME(t.Else);
      this.SUBRULE2(this.term);
    });
  });

  term = this.RULE('term', (): void => {
    this.OR([
      { ALT: () => this.SUBRULE(this.range) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.SUBRULE(this.list) },
    ]);
  });

  range = this.RULE('range', (): void => {
    this.SUBRULE(this.quantity);
    this.OPTION(() => {
      this.CONSUME(t.DotDot);
      this.SUBRULE2(this.quantity);
      this.OPTION2(() => {
        this.CONSUME(t.Step);
        this.CONSUME(t.NumberLiteral);
      });
    });
  });

  quantity = this.RULE('quantity', (): void => {
    this.CONSUME(t.NumberLiteral);
    this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(t.Before) }, { ALT: () => this.CONSUME(t.After) }]));
  });

  /** A name is a call without arguments. */
  call = this.RULE('call', (): void => {
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.LeftParen);
      this.OPTION2(() => {
        this.SUBRULE(this.argument);
        this.MANY(() => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.argument);
        });
        this.OPTION3(() => this.CONSUME2(t.Comma));
      });
      this.CONSUME(t.RightParen);
    });
  });

  argument = this.RULE('argument', (): void => {
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.Reserved) }]);
      this.CONSUME(t.Colon);
    });
    this.SUBRULE(this.value);
  });

  list = this.RULE('list', (): void => {
    this.CONSUME(t.LeftBracket);
    this.OPTION(() => {
      this.SUBRULE(this.value);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.value);
      });
      // As where a value stands on a line of its own.
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RightBracket);
  });

  patch = this.RULE('patch', (): void => {
    this.OR([
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(t.Only) }, { ALT: () => this.CONSUME(t.Without) }]);
          this.SUBRULE(this.targets);
        },
      },
      { ALT: () => this.SUBRULE(this.corruption) },
      {
        ALT: () => {
          this.CONSUME(t.With);
          this.SUBRULE(this.assignment);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.SUBRULE2(this.assignment);
          });
        },
      },
    ]);
  });

  corruption = this.RULE('corruption', (): void => {
    this.CONSUME(t.Corrupt);
    this.CONSUME(t.Name);
    this.CONSUME2(t.Name);
    this.SUBRULE(this.amount);
    this.OPTION(() => {
      this.CONSUME(t.At);
      this.CONSUME3(t.Name);
    });
  });

  amount = this.RULE('amount', (): void => {
    this.OR([{ ALT: () => this.CONSUME(t.NumberLiteral) }, { ALT: () => this.CONSUME(t.Name) }]);
  });

  targets = this.RULE('targets', (): void => {
    this.OR([
      { ALT: () => this.CONSUME(t.Name) },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          this.CONSUME2(t.Name);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.CONSUME3(t.Name);
          });
          this.CONSUME(t.RightBracket);
        },
      },
    ]);
  });

  assignment = this.RULE('assignment', (): void => {
    this.CONSUME(t.Key);
    this.CONSUME(t.Equals);
    // Not a value: a patch that follows is one of the model, not of the setting.
    this.SUBRULE(this.pipeline);
  });
}
