import CheckerCommand
import Rules

CheckerCommand.main(rules: Catalog.all)
