import CheckerCommand
import Rules
import TeamRules

CheckerCommand.main(rules: Catalog.all + TeamRules.all)
